import type { Socket } from 'node:net';
import { envelopePrefix } from '@ws-hub/protocol';
import { WebSocket } from 'ws';
import type { Channel } from './channel.js';
import type { Pinged } from './liveness.js';

/** Who joins, and where. */
export interface Member {
  readonly clientId: string;
  readonly channel: string;
  readonly remoteAddress: string;
  /** The TCP socket under the WebSocket. */
  readonly transport: Socket;
}

/** The hub's object for one socket. */
export class Connection implements Pinged {
  /** Where this connection stands in its channel's array; kept by the channel. */
  index = -1;
  messagesIn = 0;
  /** Kept by liveness: what it saw at its last look, and when it asked. */
  seenBytes = 0;
  pingDueAtMs = 0;
  pingedAtMs: number | undefined;

  readonly clientId: string;
  readonly remoteAddress: string;
  readonly prefix: string;
  private readonly transport: Socket;

  constructor(
    private readonly socket: WebSocket,
    member: Member,
    readonly channel: Channel<Connection>,
    readonly joinedAtMs: number,
  ) {
    this.clientId = member.clientId;
    this.remoteAddress = member.remoteAddress;
    this.transport = member.transport;
    this.prefix = envelopePrefix(member.clientId);
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  /** Bytes received since the TCP connection began, frames of all kinds included. */
  get bytesRead(): number {
    return this.transport.bytesRead;
  }

  /**
   * Writes whole frames straight to the TCP socket, past the per-message work of ws. What ws writes itself (pong,
   * close) can stand between them but never inside one, because each write of either side is one of whole frames.
   * Only while `isOpen`: no data may follow a close frame (RFC 6455, section 5.5.1).
   */
  write(frames: Buffer): void {
    this.transport.write(frames);
  }

  /** Sends a close frame (RFC 6455, section 7.1.2); ws ends the socket if no answer comes. */
  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }

  ping(): void {
    this.socket.ping();
  }

  /** Cuts the connection without a word, for a peer that no longer answers. */
  terminate(): void {
    this.socket.terminate();
  }
}
