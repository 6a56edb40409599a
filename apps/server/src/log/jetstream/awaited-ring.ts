import { setTimeout as wait } from 'node:timers/promises';
import type { Entry } from '../message-log.js';
import { Ring } from '../ring.js';

/** Somebody who waits until this node has read so far. */
interface Waiter {
  readonly sequence: number;
  tell(): void;
}

/** What this node has read of the stream; others may wait until it has read so far. */
export class AwaitedRing extends Ring {
  private waiters: Waiter[] = [];

  override add(entry: Entry, atMs: number): void {
    super.add(entry, atMs);
    if (this.waiters.length > 0) this.wake();
  }

  /** @returns whether it has read up to there within this time */
  async hasReached(sequence: number, withinMs: number): Promise<boolean> {
    if (this.head >= sequence) return true;
    const reached = new Promise<boolean>((resolve) => {
      this.waiters.push({ sequence, tell: () => resolve(true) });
    });
    return Promise.race([reached, wait(Math.max(0, withinMs), false, { ref: false })]);
  }

  private wake(): void {
    const reached = this.waiters.filter(({ sequence }) => sequence <= this.head);
    this.waiters = this.waiters.filter(({ sequence }) => sequence > this.head);
    for (const { tell } of reached) tell();
  }
}
