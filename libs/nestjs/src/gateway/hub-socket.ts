import type { Socket } from 'node:net';
import type { Connection, Transport } from '@ws-hub/hub';
import { WebSocket } from 'ws';

const CUT_OFF = new Error('the hub has cut the connection off');

/** What is done with what ws tells of a socket; one object for all sockets of a gateway. */
export interface SocketHandlers {
  socketOnMessage(socket: HubSocket, data: Buffer, isBinary: boolean): void;
  socketOnPing(socket: HubSocket): void;
  socketOnPong(socket: HubSocket): void;
  socketOnError(socket: HubSocket, error: Error): void;
  socketOnClose(socket: HubSocket, code: number, reason: Buffer): void;
}

/**
 * The socket of one client, which is its transport, with the hub's object for it attached: so none of them needs an
 * adapter or a map of its own. Nor listeners: what ws tells goes to the handlers straight away, since the table of
 * five listeners would cost every idle client some 200 bytes.
 */
export class HubSocket extends WebSocket implements Transport {
  declare connection: Connection;
  /** Undefined before the socket has joined. */
  declare handlers: SocketHandlers | undefined;
  /** The TCP socket under the WebSocket. */
  declare tcp: Socket;

  /** A ping is answered by the peer's WebSocket itself. */
  get answersProbes(): boolean {
    return true;
  }

  get isOpen(): boolean {
    return this.readyState === WebSocket.OPEN;
  }

  get queuedBytes(): number {
    return this.tcp.writableLength;
  }

  get bytesRead(): number {
    return this.tcp.bytesRead;
  }

  /** No event of ws has more than two arguments. */
  override emit(event: string | symbol, first?: unknown, second?: unknown): boolean {
    const { handlers } = this;
    if (handlers === undefined) return super.emit(event, first, second);
    if (event === 'message') handlers.socketOnMessage(this, first as Buffer, second as boolean);
    else if (event === 'ping') handlers.socketOnPing(this);
    else if (event === 'pong') handlers.socketOnPong(this);
    else if (event === 'error') handlers.socketOnError(this, first as Error);
    else if (event === 'close') handlers.socketOnClose(this, first as number, second as Buffer);
    else return super.emit(event, first, second);
    return true;
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
