import { type Backoff, backoffMs } from './backoff.js';
import type { OutboxEntry } from './outbox-entry.js';
import type { Timers } from './timers.js';

/**
 * A hub remembers the newest 4,096 keys of an identity, or more (PROTOCOL.md, section 2). At most this many messages
 * follow one that may have to be retried, so that its key is still known then. The rest is room for other clients of
 * the same identity.
 */
export const MAX_SENT_AFTER_OLDEST = 2_048;
/**
 * Less than a hub waits for its log (APPEND_TIMEOUT, 10 s), by more than a round trip: when the hub rejects everything
 * that waits for the log, nothing in flight could be stored before it.
 */
export const MAX_UNANSWERED_MS = 3_000;

export interface SendWindowSettings extends Backoff {
  readonly timers: Timers;
  readonly random: () => number;
}

/**
 * Decides when the next message may be sent. After `unavailable` nothing is sent for a while. Then the oldest message
 * is sent alone, and the others follow once it is stored. So the messages of this client are stored in the order in
 * which they were published.
 */
export class SendWindow {
  /** Sent on this connection and not answered yet, in the order in which they were sent. */
  private readonly underWay = new Set<OutboxEntry>();
  private sentCount = 0;
  /** How often in a row the hub reported that its log is unavailable. */
  private failures = 0;
  private isWaiting = false;
  private cancelWait: () => void = () => undefined;

  constructor(
    private readonly settings: SendWindowSettings,
    private readonly onOpen: () => void,
  ) {}

  get isOpen(): boolean {
    const [oldest] = this.underWay;
    if (this.isWaiting) return false;
    if (oldest === undefined) return true;
    const isLate = this.settings.timers.now() - oldest.sentMs >= MAX_UNANSWERED_MS;
    return this.failures === 0 && !isLate && !this.isSpent;
  }

  /** Whether so many messages followed the oldest unanswered one that the hub may soon forget its key. */
  get isSpent(): boolean {
    const [oldest] = this.underWay;
    return oldest !== undefined && this.sentCount - oldest.number >= MAX_SENT_AFTER_OLDEST;
  }

  has(entry: OutboxEntry): boolean {
    return this.underWay.has(entry);
  }

  add(entry: OutboxEntry): void {
    entry.sentMs = this.settings.timers.now();
    entry.number ||= ++this.sentCount;
    this.underWay.add(entry);
  }

  delete(entry: OutboxEntry): void {
    this.underWay.delete(entry);
  }

  /** The log accepts messages, unless this one only overtook one that was rejected. */
  stored(): void {
    if (!this.isWaiting) this.failures = 0;
  }

  /** The hub could not store this one: it and all others wait. */
  refused(entry: OutboxEntry): void {
    this.underWay.delete(entry);
    if (this.isWaiting) return;
    this.isWaiting = true;
    const { settings } = this;
    const delayMs = backoffMs(++this.failures, settings, settings.random);
    this.cancelWait = settings.timers.after(delayMs, () => {
      this.isWaiting = false;
      this.onOpen();
    });
  }

  /** The connection has ended. */
  close(): void {
    this.cancelWait();
    this.isWaiting = false;
    this.underWay.clear();
  }
}
