import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { Account } from './account.js';
import type { Audience, Dialect, Listener } from './audience.js';
import type { Backlog } from './backlog.js';
import type { Identity } from './identities.js';
import type { Pinged } from './liveness.js';
import type { Held, PendingInput } from './pending-input.js';
import type { Replay } from './replay.js';

/** Who joins, and where. */
export interface Member {
  readonly clientId: string;
  readonly dialect: Dialect;
  /** The channel of the URL. */
  readonly channel: string;
  readonly remoteAddress: string;
  /** The TCP socket under the WebSocket. */
  readonly transport: Socket;
}

/** Why the hub reads no more from a client for a while; `work`: it has not handled yet what it has read. */
export type PauseReason = 'pressure' | 'rate' | 'log' | 'hello' | 'work';

/** What understands the messages of a client: its dialect. */
export interface Receiver {
  receive(connection: Connection, data: Buffer): void;
}

/** So long an expelled peer has to read why. */
const EXPELLED_MS = 1_000;
const CUT_OFF = new Error('the hub has cut the connection off');

/** The hub's object for one socket. */
export class Connection implements Pinged, Listener<Identity>, Held {
  /** Where this connection stands in its audience; kept by the audience, -1 if it is not there. */
  index = -1;
  messagesIn = 0;
  /** Kept by liveness: what it saw at its last look, and when it asked. */
  seenBytes = 0;
  seenTakenBytes = 0;
  pingDueAtMs = 0;
  pingedAtMs: number | undefined;
  pingSentAtMs: number | undefined;
  /** What the kernel has not taken yet; undefined while nothing waits. */
  backlog: Backlog | undefined;
  /** What was read from it and is not handled yet; kept by the intake. */
  pendingInput: PendingInput<Connection> | undefined;
  /** Who handles what it sends. */
  receiver: Receiver | undefined;

  /** Who it is; set by the hub when it begins to listen. */
  declare identity: Identity;
  /** With whom it hears; undefined before it listens, and while it catches up. */
  audience: Audience<Connection> | undefined;
  /** How it catches up. */
  replay: Replay | undefined;
  /** Up to here everything was sent to it alone, apart from its audience. */
  settledTo = 0;
  /** Asks for a sign of life in its dialect; a WebSocket ping where there is none. */
  pulse: (() => void) | undefined;

  private pauseReasons: PauseReason[] | undefined;
  private ownAccount: Account | undefined;
  private ended = false;

  constructor(
    private readonly socket: WebSocket,
    readonly member: Member,
    readonly joinedAtMs: number,
  ) {}

  get clientId(): string {
    return this.identity?.clientId ?? this.member.clientId;
  }

  get remoteAddress(): string {
    return this.member.remoteAddress;
  }

  /** The channel of its URL. */
  get channel(): string {
    return this.member.channel;
  }

  /** What it causes is charged here: to its client, or to itself before it has said who it is. */
  get account(): Account {
    if (this.identity !== undefined) return this.identity.account;
    this.ownAccount ??= new Account();
    return this.ownAccount;
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  /** Whether the hub has ended it: what it has sent and was not handled by then counts no more. */
  get hasBeenEnded(): boolean {
    return this.ended;
  }

  get isPaused(): boolean {
    return this.pauseReasons !== undefined;
  }

  isPausedFor(reason: PauseReason): boolean {
    return this.pauseReasons?.includes(reason) === true;
  }

  /** Whether it has to wait for something else than its turn. */
  get isHeld(): boolean {
    return this.pauseReasons?.some((reason) => reason !== 'work') === true;
  }

  /** Bytes received since the TCP connection began, frames of all kinds included. */
  get bytesRead(): number {
    return this.member.transport.bytesRead;
  }

  /** Of what waited for it, the bytes that the kernel has taken. */
  get takenBytes(): number {
    return this.backlog?.takenBytes(this.queuedBytes) ?? 0;
  }

  /** Bytes that wait in this process because the kernel's buffers are full. */
  get queuedBytes(): number {
    return this.member.transport.writableLength;
  }

  /**
   * Writes whole frames straight to the TCP socket, past the per-message work of ws. What ws writes itself (pong,
   * close) can stand between them but never inside one, because each write of either side is one of whole frames.
   * Only while `isOpen`: no data may follow a close frame (RFC 6455, section 5.5.1).
   */
  write(frames: Buffer): void {
    this.member.transport.write(frames);
  }

  /** The same for several buffers of whole frames. @param written called when the kernel has taken all, or never will */
  writeAll(frames: readonly Buffer[], written: () => void): void {
    const { transport } = this.member;
    transport.cork();
    for (const [at, each] of frames.entries())
      transport.write(each, at === frames.length - 1 ? written : undefined);
    transport.uncork();
  }

  /** Reads no more from the client, so that TCP slows it down; for each reason once. */
  pause(reason: PauseReason): void {
    if (this.isPausedFor(reason)) return;
    // Ended, it is still read from, or the answer to its close frame would be late.
    if (this.pauseReasons === undefined && !this.ended) this.socket.pause();
    this.pauseReasons = [...(this.pauseReasons ?? []), reason];
  }

  /** Reads on when no reason is left. */
  resume(reason: PauseReason): void {
    if (!this.isPausedFor(reason)) return;
    const left = this.pauseReasons?.filter((each) => each !== reason);
    if (left?.length === 0) this.resumeAll();
    else this.pauseReasons = left;
    this.pendingInput?.wake();
  }

  /** Sends a close frame (RFC 6455, section 7.1.2); ws ends the socket if no answer comes. */
  close(code: number, reason: string): void {
    this.ended = true;
    // Paused, the answer would never be read.
    this.resumeAll();
    this.pendingInput?.wake();
    this.socket.close(code, reason);
  }

  /**
   * Ends a peer that breaks the rules on and on: it is told why, and nothing more of what it sends is looked at, not even
   * an answer to the close frame.
   */
  expel(code: number, reason: string): void {
    const { transport } = this.member;
    this.close(code, reason);
    // With it goes the parser; what still comes is read and dropped, or the reason could be lost to a reset.
    transport.removeAllListeners('data');
    transport.resume();
    setTimeout(() => this.terminate(), EXPELLED_MS).unref();
  }

  ping(): void {
    if (this.pulse === undefined) this.socket.ping();
    else this.pulse();
  }

  /** Cuts the connection without a word, for a peer that no longer answers. */
  terminate(): void {
    this.ended = true;
    // With a reason: without one Node makes an Error, with its stack, for each write that still waits (3 ms a socket).
    this.member.transport.destroy(CUT_OFF);
    this.socket.terminate();
  }

  private resumeAll(): void {
    if (this.pauseReasons === undefined) return;
    this.pauseReasons = undefined;
    this.socket.resume();
  }
}
