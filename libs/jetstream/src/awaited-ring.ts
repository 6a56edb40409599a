import type { Entry } from '@ws-hub/hub';
import { Ring } from './ring.js';

/** Waits until this node has read up to a position. */
interface Waiter {
  readonly sequence: number;
  tell(hasReached: boolean): void;
}

/** The part of the stream that this node has read. Callers can wait for a position. */
export class AwaitedRing extends Ring {
  private readonly waiters = new Set<Waiter>();

  /** The number of waiting callers. */
  get awaited(): number {
    return this.waiters.size;
  }

  override add(entry: Entry, atMs: number): void {
    super.add(entry, atMs);
    if (this.waiters.size > 0) this.wake();
  }

  override restart(head: number): void {
    super.restart(head);
    this.wake();
  }

  /** @returns whether it has read up to there within this time */
  async hasReached(sequence: number, withinMs: number): Promise<boolean> {
    if (this.head >= sequence) return true;
    return new Promise((resolve) => {
      const waiter: Waiter = {
        sequence,
        tell: (hasReached) => {
          clearTimeout(timer);
          this.waiters.delete(waiter);
          resolve(hasReached);
        },
      };
      const timer = setTimeout(() => waiter.tell(false), withinMs).unref();
      this.waiters.add(waiter);
    });
  }

  private wake(): void {
    for (const waiter of this.waiters) if (waiter.sequence <= this.head) waiter.tell(true);
  }
}
