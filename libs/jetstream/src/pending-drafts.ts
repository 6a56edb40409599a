import type { Draft, LogListener, Outcome } from '@ws-hub/hub';
import { messageId } from './entry-message.js';

type Settled = ((outcome: Outcome) => void) | undefined;

/** A draft that the reader has not returned yet. */
export interface Pending {
  readonly id: string;
  readonly token: number;
  readonly draft: Draft;
  readonly key: string;
  /** The callbacks of all publishes: the same message may be published again while it is in flight. */
  readonly settled: Settled[];
  readonly addedMs: number;
  sentMs: number;
  isStored: boolean;
}

/** The drafts that wait to be stored, in order of arrival, and the callbacks for their results. */
export class PendingDrafts {
  private readonly pending = new Map<number, Pending>();
  private readonly byId = new Map<string, Pending>();
  /** The number of callbacks: of each draft's first publish, and of its repetitions. */
  private waiters = 0;
  private token = 0;
  private isFull = false;
  private waiting: { readonly upTo: number; resolve(): void }[] = [];

  constructor(
    private readonly max: number,
    private readonly listener: Pick<LogListener, 'pressure'>,
  ) {}

  get size(): number {
    return this.waiters;
  }

  /** The oldest first. */
  get all(): Iterable<Pending> {
    return this.pending.values();
  }

  get oldestUnstored(): Pending | undefined {
    for (const entry of this.pending.values()) if (!entry.isStored) return entry;
    return undefined;
  }

  /** @param token of the draft */
  find(token: number): Pending | undefined {
    return this.pending.get(token);
  }

  /** @param id with which the draft is published */
  named(id: string): Pending | undefined {
    return this.byId.get(id);
  }

  /** @returns a new draft; undefined if it is in flight already, or one too many */
  add(draft: Draft, settled: Settled, nowMs: number): Pending | undefined {
    const token = ++this.token;
    const key = draft.key ?? String(token);
    const id = messageId(draft.clientId, key);
    const underWay = this.byId.get(id);
    // The hub keeps reading for a moment after it has paused its clients: twice the limit is final.
    if (this.waiters >= this.max * 2) {
      settled?.({ result: 'unavailable', reason: 'too much waits to be stored (MAX_PENDING_APPENDS)' });
      return undefined;
    }
    this.waiters++;
    if (underWay !== undefined) {
      underWay.settled.push(settled);
      return undefined;
    }
    const times = { addedMs: nowMs, sentMs: nowMs };
    const entry = { id, token, draft, key, settled: [settled], ...times, isStored: false };
    this.pending.set(token, entry);
    this.byId.set(id, entry);
    return entry;
  }

  /** More drafts wait than should, or no longer so: notifies the listener. */
  judgePressure(): void {
    const isFull = this.waiters >= (this.isFull ? this.max / 2 : this.max);
    if (isFull === this.isFull) return;
    this.isFull = isFull;
    this.listener.pressure(isFull);
  }

  settle(entry: Pending, outcome: Outcome): void {
    this.remove(entry);
    for (const settled of entry.settled) settled?.(outcome);
  }

  /**
   * Gives up these drafts and all later ones of their senders, which must not be stored without the earlier ones. Of
   * the stored ones it only gives up those that should have been read back by now.
   *
   * @param from the token of the first draft of each sender
   */
  giveUp(from: ReadonlyMap<string, number>, reason: string, lateSinceMs = Number.NEGATIVE_INFINITY): void {
    for (const entry of [...this.pending.values()]) {
      const first = from.get(entry.draft.clientId);
      if (first === undefined || entry.token < first) continue;
      if (!entry.isStored || entry.addedMs <= lateSinceMs)
        this.settle(entry, { result: 'unavailable', reason });
    }
  }

  /** Resolves when all drafts so far are settled. */
  async settledSoFar(): Promise<void> {
    if (this.pending.size === 0) return;
    await new Promise<void>((resolve) => this.waiting.push({ upTo: this.token, resolve }));
  }

  private remove(entry: Pending): void {
    this.pending.delete(entry.token);
    this.waiters -= entry.settled.length;
    if (this.byId.get(entry.id) === entry) this.byId.delete(entry.id);
    this.judgePressure();
    if (this.waiting.length > 0) this.wake();
  }

  private wake(): void {
    const [oldest = Number.POSITIVE_INFINITY] = this.pending.keys();
    const done = this.waiting.filter(({ upTo }) => upTo < oldest);
    this.waiting = this.waiting.filter(({ upTo }) => upTo >= oldest);
    for (const { resolve } of done) resolve();
  }
}
