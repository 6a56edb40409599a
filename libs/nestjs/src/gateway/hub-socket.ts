import type { Socket } from 'node:net';
import type { Connection, Transport } from '@ws-hub/hub';
import { WebSocket } from 'ws';
import type { Dialect } from './dialect.js';

const CUT_OFF = new Error('the hub has cut the connection off');

/**
 * The socket of one client, which is its transport, with the hub's object for it attached: so all sockets share the same
 * listener functions, and none of them needs a closure, an adapter or a map of its own.
 */
export class HubSocket extends WebSocket implements Transport {
  declare connection: Connection;
  declare dialect: Dialect;
  /** The TCP socket under the WebSocket. */
  declare tcp: Socket;

  get isOpen(): boolean {
    return this.readyState === WebSocket.OPEN;
  }

  get queuedBytes(): number {
    return this.tcp.writableLength;
  }

  get bytesRead(): number {
    return this.tcp.bytesRead;
  }

  /**
   * Writes whole frames straight to the TCP socket, past the per-message work of ws. What ws writes itself (pong, close)
   * can stand between them but never inside one, because each write of either side is one of whole frames. Only while
   * `isOpen`: no data may follow a close frame (RFC 6455, section 5.5.1).
   */
  write(frames: Buffer): void {
    this.tcp.write(frames);
  }

  writeAll(buffers: readonly Buffer[], written: () => void): void {
    const { tcp } = this;
    tcp.cork();
    for (const [at, each] of buffers.entries())
      tcp.write(each, at === buffers.length - 1 ? written : undefined);
    tcp.uncork();
  }

  probe(): void {
    this.ping();
  }

  /** With the listener goes the parser; what still comes is read and dropped. */
  ignoreInput(): void {
    this.tcp.removeAllListeners('data');
    this.tcp.resume();
  }

  override terminate(): void {
    // With a reason: without one Node makes an Error, with its stack, for each write that still waits (3 ms a socket).
    this.tcp.destroy(CUT_OFF);
    super.terminate();
  }
}

/** The connection of a socket in a listener, where `ws` types `this` as the base class. */
export function connectionOf(socket: WebSocket): Connection {
  return (socket as HubSocket).connection;
}
