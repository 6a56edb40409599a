import type { Access } from '../access/access.js';
import type { User } from '../access/users.js';
import { Account } from '../backpressure/account.js';
import type { QueueAge } from '../backpressure/queue-age.js';
import type { Encoder } from '../encoding/encoder.js';
import type { PendingInput, Sender } from '../intake/pending-input.js';
import type { Subscription } from '../subscriptions/subscription.js';
import type { Identity } from './identities.js';
import type { Transport } from './transport.js';

/** Who joins, and where. */
export interface Member {
  readonly clientId: string;
  /** Whether somebody has vouched for that name, so that it is no other's. */
  readonly isAuthenticated?: boolean;
  /** Makes bytes of what it hears. */
  readonly encoder: Encoder;
  /** The channel that it asked for at first. */
  readonly channel: string;
  readonly remoteAddress: string;
  /** What it may do; without one, everything. */
  readonly access?: Access | undefined;
}

/** Why the hub reads no more from a client for a while; `work`: it has not handled yet what it has read. */
export type PauseReason = 'pressure' | 'rate' | 'log' | 'hello' | 'auth' | 'work';

/** What understands a client: its dialect. */
export interface Receiver {
  receive(connection: Connection, data: Buffer): void;
  /** Asks for a sign of life in the dialect's own words; without it the transport does. */
  probe?(connection: Connection): void;
  /** The connection has ended. */
  end?(connection: Connection): void;
}

const NONE: readonly PauseReason[] = [];
/** RFC 6455, section 7.4.1: for a connection that ended without a close frame. */
const ABNORMAL = 1006;
/** So long an expelled peer has to read why. */
const EXPELLED_MS = 1_000;

/** The hub's object for one client's connection. What others keep of it is one object for each of them. */
export class Connection implements Sender {
  messagesIn = 0;
  /** Who handles what it sends. */
  receiver: Receiver | undefined;
  /** Who it is; set when it begins to listen. */
  declare identity: Identity;
  /** What it may do; undefined in a hub that asks nobody who they are. Set by `Hub.authorize`. */
  access: Access | undefined;
  /** Whose client it is; kept by the users. */
  user: User | undefined;
  /** When it ends unless its token is renewed; kept by the expiries. */
  endsAtSecond: number | undefined;
  /** What it hears; kept by the subscriptions. */
  subscription: Subscription | undefined;
  /** What the kernel has not taken yet; kept by the slow-consumer policy, undefined while nothing waits. */
  queueAge: QueueAge | undefined;
  /** What was read from it and is not handled yet; kept by the intake. */
  pendingInput: PendingInput<Connection> | undefined;

  /** Told once when the hub ends it: nothing more is written then. */
  whenEnded: ((connection: Connection, code: number, reason: string) => void) | undefined;

  private pauseReasons: PauseReason[] | undefined;
  private ownAccount: Account | undefined;
  private ended = false;

  constructor(
    private readonly transport: Transport,
    readonly member: Member,
    /** Whole monotonic milliseconds, which take no memory of their own. */
    readonly joinedAtMs: number,
  ) {
    this.access = member.access;
  }

  get clientId(): string {
    return this.identity?.clientId ?? this.member.clientId;
  }

  get remoteAddress(): string {
    return this.member.remoteAddress;
  }

  /** The channel that it asked for at first. */
  get channel(): string {
    return this.member.channel;
  }

  get encoder(): Encoder {
    return this.member.encoder;
  }

  /** What it causes is charged here: to its client, or to itself before it has said who it is. */
  get account(): Account {
    if (this.identity !== undefined) return this.identity.account;
    this.ownAccount ??= new Account();
    return this.ownAccount;
  }

  get isOpen(): boolean {
    return this.transport.isOpen;
  }

  /** Whether the hub has ended it: what it has sent and was not handled by then counts no more. */
  get hasBeenEnded(): boolean {
    return this.ended;
  }

  get isPaused(): boolean {
    return this.pauseReasons !== undefined;
  }

  /** Why it is not read from at the moment. */
  get pauses(): readonly PauseReason[] {
    return this.pauseReasons ?? NONE;
  }

  isPausedFor(reason: PauseReason): boolean {
    return this.pauseReasons?.includes(reason) === true;
  }

  /** Whether it has to wait for something else than its turn. */
  get mustWait(): boolean {
    return this.pauseReasons?.some((reason) => reason !== 'work') === true;
  }

  /** Bytes received since the connection began, of all kinds. */
  get bytesRead(): number {
    return this.transport.bytesRead;
  }

  get answersProbes(): boolean {
    return this.transport.answersProbes;
  }

  /** Of what waited for it, the bytes that the kernel has taken. */
  get takenBytes(): number {
    return this.queueAge?.takenBytes(this.queuedBytes) ?? 0;
  }

  /** Bytes that wait in this process because the kernel's buffers are full. */
  get queuedBytes(): number {
    return this.transport.queuedBytes;
  }

  /** Only while `isOpen`. */
  write(bytes: Buffer): void {
    this.transport.write(bytes);
  }

  /** The same for several buffers. @param written called when the kernel has taken all, or never will */
  writeAll(buffers: readonly Buffer[], written: () => void): void {
    this.transport.writeAll(buffers, written);
  }

  /** Reads no more from the client, so that TCP slows it down; for each reason once. */
  pause(reason: PauseReason): void {
    if (this.isPausedFor(reason)) return;
    // Ended, it is still read from, or the answer to its close frame would be late.
    if (this.pauseReasons === undefined && !this.ended) this.transport.pause();
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

  /** Ends it in order; the transport ends by itself if the peer gives no answer. */
  close(code: number, reason: string): void {
    this.end(code, reason);
    // Paused, the answer would never be read.
    this.resumeAll();
    this.pendingInput?.wake();
    this.transport.close(code, reason);
  }

  /**
   * Ends a peer that breaks the rules on and on: it is told why, and nothing more of what it sends is looked at, not even
   * an answer to the close frame.
   */
  expel(code: number, reason: string): void {
    this.close(code, reason);
    this.transport.ignoreInput();
    setTimeout(() => this.terminate(), EXPELLED_MS).unref();
  }

  /** Asks for a sign of life. */
  probe(): void {
    if (this.receiver?.probe === undefined) this.transport.probe();
    else this.receiver.probe(this);
  }

  /** Cuts the connection without a word, for a peer that no longer answers. */
  terminate(): void {
    this.end(ABNORMAL, 'terminated');
    this.transport.terminate();
  }

  private end(code: number, reason: string): void {
    if (!this.ended) this.whenEnded?.(this, code, reason);
    this.ended = true;
  }

  private resumeAll(): void {
    if (this.pauseReasons === undefined) return;
    this.pauseReasons = undefined;
    this.transport.resume();
  }
}
