import type { Connection } from '../connection/connection.js';
import type { HubEvents } from '../events.js';
import type { HubOptions } from '../hub-options.js';
import type { Clock } from '../time/clock.js';
import type { Account } from './account.js';
import { TokenBucket } from './token-bucket.js';

/** A debt is paid in pauses that no liveness check of either side can take for death, and that are worth a timer. */
const MAX_RATE_PAUSE_MS = 5_000;
const MIN_RATE_PAUSE_MS = 10;
const MAX_PRESSURE_PAUSE_MS = 1_000;
/** After so long somebody may try again who was not let in because nobody could follow. */
const TRY_AGAIN_MS = 1_000;

/** What it needs of a connection. */
export type Paused = Pick<Connection, 'account' | 'pause' | 'resume' | 'isPausedFor'> &
  Partial<Pick<Connection, 'user'>>;

/** What of an account counts against a rate. */
type Rate = 'messages' | 'bytes' | 'requests' | 'controlFrames';

/**
 * Slows clients down that send too much, by not reading from them, so that TCP holds them back: nobody is closed for
 * being eager. All connections of a client share its rates.
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

  /** Counts a message of `sender`, of whatever kind, and pauses it if there were too many or nobody can follow. */
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
   * Counts messages of somebody who cannot be paused, unless they are too many or nobody can follow.
   *
   * @returns 0 if they are let in; else the milliseconds after which it may try again, and nothing is counted
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
    // On credit: a batch that is larger than the rate would never be let in otherwise.
    if (debtMs === 0) count(messages, bytes);
    return debtMs;
  }

  /** Whether nobody is let in who cannot be paused. */
  get isOverloaded(): boolean {
    return this.pressureSinceMs !== undefined || this.isLogFull;
  }

  /** The same as `admit` for a request that is no message. */
  admitRequest(account: Account): number {
    const { maxRequestRate } = this.options;
    const nowMs = this.clock.monotonicMs();
    const debtMs = this.take(account, 'requests', 0, maxRequestRate, nowMs);
    if (debtMs === 0) this.take(account, 'requests', 1, maxRequestRate, nowMs);
    return debtMs;
  }

  /** Counts a message that asks for something: an answer, or a change of what is heard. */
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

  /** To be called when a connection has ended. */
  forget(connection: Paused): void {
    this.paused.delete(connection);
    this.waitingForLog.delete(connection);
  }

  /** Publishers pause while `on`, though not for more than a second in a row. */
  setPressure(on: boolean, nowMs: number): void {
    if (on && this.pressureSinceMs === undefined) this.pressureSinceMs = nowMs;
    const tooLong =
      this.pressureSinceMs !== undefined && nowMs - this.pressureSinceMs >= MAX_PRESSURE_PAUSE_MS;
    if (on && !tooLong) return;
    this.pressureSinceMs = undefined;
    for (const connection of this.paused) connection.resume('pressure');
    this.paused.clear();
  }

  /** Publishers pause while `on`: the log does not keep up, and what it cannot store in time is refused by it. */
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

  /** @param rate a second, 0 = no limit @returns the milliseconds until the debt is paid */
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
