import type { Connection } from '../connection/connection.js';
import type { HubEvents } from '../events.js';
import type { HubOptions } from '../hub-options.js';
import type { Clock } from '../time/clock.js';
import type { Account } from './account.js';
import { TokenBucket } from './token-bucket.js';

/**
 * Debts are paid in pauses that no liveness check of either side can mistake for a dead peer, and that are worth a
 * timer.
 */
const MAX_RATE_PAUSE_MS = 5_000;
const MIN_RATE_PAUSE_MS = 10;
const MAX_PRESSURE_PAUSE_MS = 1_000;
/** How long a publisher should wait that was rejected because of overload. */
const TRY_AGAIN_MS = 1_000;

/** The parts of a connection that are used. */
export type Paused = Pick<Connection, 'account' | 'pause' | 'resume' | 'isPausedFor'> &
  Partial<Pick<Connection, 'user'>>;

/** The rates of an account. */
type Rate = 'messages' | 'bytes' | 'requests' | 'controlFrames';

/**
 * Slows down clients that send too much by not reading from them, so that TCP holds them back. No client is closed for
 * sending too fast. All connections of a client share its rates.
 */
export class FlowControl {
  private readonly paused = new Set<Paused>();
  private pressureSinceMs: number | undefined;
  private readonly waitingForLog = new Set<Paused>();
  private isLogFull = false;

  constructor(
    private readonly options: HubOptions,
    private readonly clock: Clock,
    private readonly events: HubEvents,
  ) {}

  /** Counts a message of `sender`, of any type, and pauses it if there were too many or the subscribers do not keep up. */
  count(sender: Paused, bytes: number, nowMs: number): void {
    if (this.pressureSinceMs !== undefined) this.pauseForPressure(sender);
    if (this.isLogFull) this.pauseForLog(sender);
    const { maxMessageRate, maxMessageRatePerUser, maxByteRate } = this.options;
    let debtMs = Math.max(
      this.take(sender.account, 'messages', 1, maxMessageRate, nowMs),
      this.take(sender.account, 'bytes', bytes, maxByteRate, nowMs),
    );
    if (sender.user !== undefined)
      debtMs = Math.max(debtMs, this.take(sender.user.account, 'messages', 1, maxMessageRatePerUser, nowMs));
    if (debtMs > 0) this.pauseForRate(sender, debtMs);
  }

  /**
   * Counts messages of a publisher that cannot be paused, unless they are too many or the hub is overloaded.
   *
   * @returns 0 if they are admitted; otherwise the milliseconds to wait before a retry, and nothing is counted
   */
  admit(account: Account, ofUser: Account | undefined, messages: number, bytes: number): number {
    if (this.isOverloaded) return TRY_AGAIN_MS;
    const { maxMessageRate, maxMessageRatePerUser, maxByteRate } = this.options;
    const nowMs = this.clock.monotonicMs();
    const count = (messageCount: number, byteCount: number): number =>
      Math.max(
        this.take(account, 'messages', messageCount, maxMessageRate, nowMs),
        this.take(account, 'bytes', byteCount, maxByteRate, nowMs),
        ofUser === undefined ? 0 : this.take(ofUser, 'messages', messageCount, maxMessageRatePerUser, nowMs),
      );
    const debtMs = count(0, 0);
    // On credit: otherwise a batch larger than the rate would never be admitted.
    if (debtMs === 0) count(messages, bytes);
    return debtMs;
  }

  /** Whether publishers that cannot be paused are rejected. */
  get isOverloaded(): boolean {
    return this.pressureSinceMs !== undefined || this.isLogFull;
  }

  /** Like `admit`, for a request that is not a message. */
  admitRequest(account: Account): number {
    const { maxRequestRate } = this.options;
    const nowMs = this.clock.monotonicMs();
    const debtMs = this.take(account, 'requests', 0, maxRequestRate, nowMs);
    if (debtMs === 0) this.take(account, 'requests', 1, maxRequestRate, nowMs);
    return debtMs;
  }

  /** Counts a message that requests something: an answer, or a change of subscriptions. */
  countRequest(sender: Paused): void {
    const { maxRequestRate } = this.options;
    const debtMs = this.take(sender.account, 'requests', 1, maxRequestRate, this.clock.monotonicMs());
    if (debtMs > 0) this.pauseForRate(sender, debtMs);
  }

  /** Counts a control frame. @returns false if there were too many */
  countControl({ account }: Paused): boolean {
    const { maxControlRate, maxControlBurst } = this.options;
    const nowMs = this.clock.monotonicMs();
    return this.take(account, 'controlFrames', 1, maxControlRate, nowMs, maxControlBurst) === 0;
  }

  /** Call it when a connection has ended. */
  forget(connection: Paused): void {
    this.paused.delete(connection);
    this.waitingForLog.delete(connection);
  }

  /** Pauses publishers while `on`, but for at most a second at a time. */
  setPressure(on: boolean, nowMs: number): void {
    if (on && this.pressureSinceMs === undefined) this.pressureSinceMs = nowMs;
    const tooLong =
      this.pressureSinceMs !== undefined && nowMs - this.pressureSinceMs >= MAX_PRESSURE_PAUSE_MS;
    if (on && !tooLong) return;
    this.pressureSinceMs = undefined;
    for (const connection of this.paused) connection.resume('pressure');
    this.paused.clear();
  }

  /** Pauses publishers while `on`: the log does not keep up, and rejects what it cannot store in time. */
  setLogFull(on: boolean): void {
    this.isLogFull = on;
    if (on) return;
    for (const connection of this.waitingForLog) connection.resume('log');
    this.waitingForLog.clear();
  }

  private pauseForLog(sender: Paused): void {
    if (this.waitingForLog.has(sender)) return;
    this.waitingForLog.add(sender);
    this.events.paused('log');
    sender.pause('log');
  }

  private pauseForPressure(sender: Paused): void {
    if (this.paused.has(sender)) return;
    this.paused.add(sender);
    this.events.paused('pressure');
    sender.pause('pressure');
  }

  private pauseForRate(sender: Paused, debtMs: number): void {
    if (sender.isPausedFor('rate')) return;
    this.events.paused('rate');
    sender.pause('rate');
    const pauseMs = Math.min(Math.max(debtMs, MIN_RATE_PAUSE_MS), MAX_RATE_PAUSE_MS);
    setTimeout(() => sender.resume('rate'), pauseMs).unref();
  }

  /** @param rate per second; 0 means no limit @returns milliseconds until the debt is paid */
  private take(
    account: Account,
    what: Rate,
    amount: number,
    rate: number,
    nowMs: number,
    burst = rate,
  ): number {
    if (rate === 0) return 0;
    account[what] ??= new TokenBucket(rate, burst, nowMs);
    return account[what].take(nowMs, amount);
  }
}
