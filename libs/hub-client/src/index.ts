export { type Backoff, backoffMs } from './backoff.js';
export { type ClientEvents, HubClient, type HubClientOptions } from './hub-client.js';
export type { Ending, Open, Transport, TransportListener } from './transport.js';
export { wsTransport } from './ws-transport.js';
