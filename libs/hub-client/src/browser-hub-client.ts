import { browserTransport } from './browser-transport.js';
import { Client, type HubClientOptions } from './client.js';

/** The client for browsers, and for whatever else has the global WebSocket of the web. */
export class HubClient extends Client {
  /** @throws Error if the URL is none, or a name of a channel or the token is none */
  constructor(options: HubClientOptions) {
    super({ ...options, open: options.open ?? browserTransport() });
  }
}
