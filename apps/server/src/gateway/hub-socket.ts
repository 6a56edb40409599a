import { WebSocket } from 'ws';
import type { Connection } from '../hub/connection.js';

/**
 * The socket of one client, with the hub's object for it attached: so all sockets share the same listener
 * functions, and none of them needs a closure or a map of its own.
 */
export class HubSocket extends WebSocket {
  declare connection: Connection;
}

/** The connection of a socket in a listener, where `ws` types `this` as the base class. */
export function connectionOf(socket: WebSocket): Connection {
  return (socket as HubSocket).connection;
}
