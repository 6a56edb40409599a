import type { Access } from '../access/access.js';
import type { User } from '../access/users.js';
import { Account } from '../backpressure/account.js';
import type { QueueAge } from '../backpressure/queue-age.js';
import type { Encoder } from '../encoding/encoder.js';
import type { PendingInput, Sender } from '../intake/pending-input.js';
import type { Subscription } from '../subscriptions/subscription.js';
import type { Identity } from './identities.js';
import type { Transport } from './transport.js';

/** A client that joins, and its channel. */
export interface Member {
  readonly clientId: string;
  /** Whether its client id was authenticated, so that no other client has it. */
  readonly isAuthenticated?: boolean;
  /** Encodes what it receives. */
  readonly encoder: Encoder;
  /** The channel in its URL. */
  readonly channel: string;
  readonly remoteAddress: string;
  /** Its rights; undefined means everything. */
  readonly access?: Access | undefined;
}

/** Why the hub has paused reading from a client. `work`: earlier input is not handled yet. */
export type PauseReason = 'pressure' | 'rate' | 'log' | 'hello' | 'auth' | 'work';

/** Handles the messages of a client: its dialect. */
export interface Receiver {
  receive(connection: Connection, data: Buffer): void;
  /** Sends a ping in the dialect's own form. Without it the transport does. */
  probe?(connection: Connection): void;
  /** The connection has ended. */
  end?(connection: Connection): void;
}

const NONE: readonly PauseReason[] = [];
/** RFC 6455, section 7.4.1: the connection ended without a close frame. */
const ABNORMAL = 1006;
/** How long an expelled peer has to read the reason. */
const EXPELLED_MS = 1_000;

/** The hub's object for one client's connection. Each other part of the hub attaches at most one object to it. */
export class Connection implements Sender {
  messagesIn = 0;
  /** Handles its input. */
  receiver: Receiver | undefined;
  /** Its identity; set when it begins to listen. */
  declare identity: Identity;
  /** Its rights; undefined in a hub without authorization. Set by `Hub.authorize`. */
  access: Access | undefined;
  /** Its user; set by the users. */
  user: User | undefined;
  /** When it ends unless its token is renewed; set by the expiries. */
  endsAtSecond: number | undefined;
  /** Its channels; set by the subscriptions. */
  subscription: Subscription | undefined;
  /** Bytes that the kernel has not accepted yet; set by the slow-consumer policy, undefined while nothing waits. */
  queueAge: QueueAge | undefined;
  /** Input that is read but not handled yet; set by the intake. */
  pendingInput: PendingInput<Connection> | undefined;

  /** Called once when the hub ends it: nothing more is written then. */
  whenEnded: ((connection: Connection, code: number, reason: string) => void) | undefined;

  private pauseReasons: PauseReason[] | undefined;
  private ownAccount: Account | undefined;
  private ended = false;

  constructor(
    private readonly transport: Transport,
    readonly member: Member,
    /** Whole monotonic milliseconds, which need no memory of their own. */
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

  /** The channel in its URL. */
  get channel(): string {
    return this.member.channel;
  }

  get encoder(): Encoder {
    return this.member.encoder;
  }

  /** Its work is charged here: to its client, or to the connection before it is identified. */
  get account(): Account {
    if (this.identity !== undefined) return this.identity.account;
    this.ownAccount ??= new Account();
    return this.ownAccount;
  }

  get isOpen(): boolean {
    return this.transport.isOpen;
  }

  /** Whether the hub has ended it. Input that was not handled by then is discarded. */
  get hasBeenEnded(): boolean {
    return this.ended;
  }

  get isPaused(): boolean {
    return this.pauseReasons !== undefined;
  }

  /** Why reading from it is paused. */
  get pauses(): readonly PauseReason[] {
    return this.pauseReasons ?? NONE;
  }

  isPausedFor(reason: PauseReason): boolean {
    return this.pauseReasons?.includes(reason) === true;
  }

  /** Whether it has to wait for more than its turn. */
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

  /** How many of the waiting bytes the kernel has accepted. */
  get takenBytes(): number {
    return this.queueAge?.takenBytes(this.queuedBytes) ?? 0;
  }

  /** Bytes buffered in this process because the kernel's buffers are full. */
  get queuedBytes(): number {
    return this.transport.queuedBytes;
  }

  /** Only while `isOpen`. */
  write(bytes: Buffer): void {
    this.transport.write(bytes);
  }

  /** Writes several buffers. @param written called when the kernel has accepted all of them, or never will */
  writeAll(buffers: readonly Buffer[], written: () => void): void {
    this.transport.writeAll(buffers, written);
  }

  /** Stops reading from the client, so that TCP slows it down. Each reason counts once. */
  pause(reason: PauseReason): void {
    if (this.isPausedFor(reason)) return;
    // After its end it is still read from: otherwise the answer to its close frame would be late.
    if (this.pauseReasons === undefined && !this.ended) this.transport.pause();
    this.pauseReasons = [...(this.pauseReasons ?? []), reason];
  }

  /** Continues reading when no reason is left. */
  resume(reason: PauseReason): void {
    if (!this.isPausedFor(reason)) return;
    const left = this.pauseReasons?.filter((each) => each !== reason);
    if (left?.length === 0) this.resumeAll();
    else this.pauseReasons = left;
    this.pendingInput?.wake();
  }

  /** Closes it with a close frame. The transport ends by itself if the peer does not answer. */
  close(code: number, reason: string): void {
    this.end(code, reason);
    // While paused, the answer would never be read.
    this.resumeAll();
    this.pendingInput?.wake();
    this.transport.close(code, reason);
  }

  /**
   * Closes a peer that keeps violating the protocol. It gets the reason, and all its further input is ignored, even the
   * answer to the close frame.
   */
  expel(code: number, reason: string): void {
    this.close(code, reason);
    this.transport.ignoreInput();
    setTimeout(() => this.terminate(), EXPELLED_MS).unref();
  }

  /** Sends a ping. */
  probe(): void {
    if (this.receiver?.probe === undefined) this.transport.probe();
    else this.receiver.probe(this);
  }

  /** Ends the connection without a close frame, for a peer that no longer answers. */
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
