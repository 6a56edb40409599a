import { browserTransport } from './browser-transport.js';
import { Client, type HubClientOptions } from './client.js';

/** The client for browsers, and for other platforms with the web's global WebSocket. */
export class HubClient extends Client {
  /** @throws Error if the URL, the name of a channel or the token is invalid */
  constructor(options: HubClientOptions) {
    super({ ...options, open: options.open ?? browserTransport() });
  }
}
