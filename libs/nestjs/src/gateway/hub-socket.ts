import type { Socket } from 'node:net';
import type { Connection, Transport } from '@ws-hub/hub';
import { WebSocket } from 'ws';

const CUT_OFF = new Error('the hub has terminated the connection');

/** Handlers for the events of a socket; one object for all sockets of a gateway. */
export interface SocketHandlers {
  socketOnMessage(socket: HubSocket, data: Buffer, isBinary: boolean): void;
  socketOnPing(socket: HubSocket): void;
  socketOnPong(socket: HubSocket): void;
  socketOnError(socket: HubSocket, error: Error): void;
  socketOnClose(socket: HubSocket, code: number, reason: Buffer): void;
}

/**
 * The socket of one client. It is the client's transport and carries the hub's connection object, so neither an adapter
 * nor a map is needed. It has no listeners either: ws's events go straight to the handlers, since a table of five
 * listeners would cost some 200 bytes per idle client.
 */
export class HubSocket extends WebSocket implements Transport {
  declare connection: Connection;
  /** Undefined before the socket has joined. */
  declare handlers: SocketHandlers | undefined;
  /** The TCP socket below the WebSocket. */
  declare tcp: Socket;

  /** The peer's WebSocket answers pings by itself. */
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
   * Writes whole frames straight to the TCP socket, bypassing ws's work per message. Frames that ws writes itself
   * (pong, close) can come between them but never inside one, because both sides write whole frames only. Only while
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

  /** Removing the listener also detaches the parser. Further input is read and dropped. */
  ignoreInput(): void {
    this.tcp.removeAllListeners('data');
    this.tcp.resume();
  }

  override terminate(): void {
    // With a reason: without one Node creates an Error with a stack for each pending write (3 ms per socket).
    this.tcp.destroy(CUT_OFF);
    super.terminate();
  }
}
