import type { Socket } from 'node:net';
import { envelopePrefix } from '@ws-hub/protocol';
import { WebSocket } from 'ws';
import type { Backlog } from './backlog.js';
import type { Channel } from './channel.js';
import type { Pinged } from './liveness.js';
import type { TokenBucket } from './token-bucket.js';

/** Who joins, and where. */
export interface Member {
  readonly clientId: string;
  readonly channel: string;
  readonly remoteAddress: string;
  /** The TCP socket under the WebSocket. */
  readonly transport: Socket;
}

/** Why the hub reads no more from a client for a while. */
export type PauseReason = 'pressure' | 'rate';

const CUT_OFF = new Error('the hub has cut the connection off');

/** The hub's object for one socket. */
export class Connection implements Pinged {
  /** Where this connection stands in its channel's array; kept by the channel, -1 if it is not there. */
  index = -1;
  messagesIn = 0;
  /** Kept by liveness: what it saw at its last look, and when it asked. */
  seenBytes = 0;
  pingDueAtMs = 0;
  pingedAtMs: number | undefined;
  pingSentAtMs: number | undefined;
  /** Made by flow control when the first message or control frame comes: an idle connection needs none. */
  messageBucket: TokenBucket | undefined;
  controlBucket: TokenBucket | undefined;
  /** What the kernel has not taken yet; undefined while nothing waits. */
  backlog: Backlog | undefined;

  readonly clientId: string;
  readonly remoteAddress: string;
  readonly prefix: string;
  private readonly transport: Socket;
  private pauseReasons: PauseReason[] | undefined;

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

  get isPaused(): boolean {
    return this.pauseReasons !== undefined;
  }

  isPausedFor(reason: PauseReason): boolean {
    return this.pauseReasons?.includes(reason) === true;
  }

  /** Bytes received since the TCP connection began, frames of all kinds included. */
  get bytesRead(): number {
    return this.transport.bytesRead;
  }

  /** Bytes that wait in this process because the kernel's buffers are full. */
  get queuedBytes(): number {
    return this.transport.writableLength;
  }

  /**
   * Writes whole frames straight to the TCP socket, past the per-message work of ws. What ws writes itself (pong,
   * close) can stand between them but never inside one, because each write of either side is one of whole frames.
   * Only while `isOpen`: no data may follow a close frame (RFC 6455, section 5.5.1).
   */
  write(frames: Buffer): void {
    this.transport.write(frames);
  }

  /** Reads no more from the client, so that TCP slows it down; for each reason once. */
  pause(reason: PauseReason): void {
    if (this.isPausedFor(reason)) return;
    if (this.pauseReasons === undefined) this.socket.pause();
    this.pauseReasons = [...(this.pauseReasons ?? []), reason];
  }

  /** Reads on when no reason is left. */
  resume(reason: PauseReason): void {
    const left = this.pauseReasons?.filter((each) => each !== reason);
    if (left?.length === 0) this.resumeAll();
    else this.pauseReasons = left;
  }

  /** Sends a close frame (RFC 6455, section 7.1.2); ws ends the socket if no answer comes. */
  close(code: number, reason: string): void {
    // Paused, the answer would never be read.
    this.resumeAll();
    this.socket.close(code, reason);
  }

  ping(): void {
    this.socket.ping();
  }

  /** Cuts the connection without a word, for a peer that no longer answers. */
  terminate(): void {
    // With a reason: without one Node makes an Error, with its stack, for each write that still waits (3 ms a socket).
    this.transport.destroy(CUT_OFF);
    this.socket.terminate();
  }

  private resumeAll(): void {
    if (this.pauseReasons === undefined) return;
    this.pauseReasons = undefined;
    this.socket.resume();
  }
}
