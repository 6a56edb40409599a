import { Client, type HubClientOptions } from './client.js';
import { wsTransport } from './ws-transport.js';

/** The client for Node, on `ws`. */
export class HubClient extends Client {
  /** @throws Error if the URL, the name of a channel or the token is invalid */
  constructor(options: HubClientOptions) {
    super({ ...options, open: options.open ?? wsTransport() });
  }
}
