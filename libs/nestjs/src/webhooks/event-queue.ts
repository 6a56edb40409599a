import { bytesOf, type Entry, Fifo } from '@ws-hub/hub';

const MIB = 1024 * 1024;

export interface QueueLimits {
  readonly events: number;
  /** Approximate size of the entries. */
  readonly bytes: number;
}

export const QUEUE_LIMITS: QueueLimits = { events: 10_000, bytes: 16 * MIB };

/** An entry of the log, and the log's epoch. */
export interface WaitingMessage {
  readonly entry: Entry;
  readonly epoch: string;
}

/** Messages that wait to be sent, in the order of the log, including those in flight. */
export class EventQueue {
  private readonly waiting = new Fifo<WaitingMessage>();
  private taken: readonly WaitingMessage[] = [];
  private heldBytes = 0;

  constructor(private readonly limits: QueueLimits = QUEUE_LIMITS) {}

  get size(): number {
    return this.waiting.size + this.taken.length;
  }

  /** Whether to stop adding for now. */
  get isFull(): boolean {
    return this.size >= this.limits.events || this.heldBytes >= this.limits.bytes;
  }

  /** The first one that is not settled. */
  get oldest(): WaitingMessage | undefined {
    return this.taken[0] ?? this.waiting.first;
  }

  add(message: WaitingMessage): void {
    this.waiting.push(message);
    this.heldBytes += bytesOf(message.entry);
  }

  /** The next ones, at least one if there is any. Returns the same ones until they are settled. */
  take(max: number, maxBytes: number): readonly WaitingMessage[] {
    if (this.taken.length > 0) return this.taken;
    const taken: WaitingMessage[] = [];
    let bytes = 0;
    for (let next = this.waiting.first; next !== undefined && taken.length < max; next = this.waiting.first) {
      bytes += bytesOf(next.entry);
      if (taken.length > 0 && bytes > maxBytes) break;
      taken.push(next);
      this.waiting.shift();
    }
    this.taken = taken;
    return taken;
  }

  /** Removes the ones that were taken. */
  settle(): void {
    for (const { entry } of this.taken) this.heldBytes -= bytesOf(entry);
    this.taken = [];
  }
}
