import type { Position } from '../log/index.js';
import type { Written } from './flush-ring.js';

/** So many are told apart; of more, every second one is forgotten. */
const MAX_PARTS = 32;

/** The parts of a replay: up to where, and when. */
export class Parts {
  private upTo: Position[] = [];
  private times: number[] = [];

  add(upTo: Position, nowMs: number): void {
    if (this.upTo.length === MAX_PARTS) {
      this.upTo = this.upTo.filter(isOdd);
      this.times = this.times.filter(isOdd);
    }
    this.upTo.push(upTo);
    this.times.push(nowMs);
  }

  /** Up to where it came; undefined before the first part. */
  get cursor(): Position | undefined {
    return this.upTo.at(-1);
  }

  /** When an entry was written; undefined if it did not come so far. */
  of(position: Position): Written | undefined {
    const at = this.upTo.findIndex((upTo) => upTo >= position);
    if (at === -1) return undefined;
    return { afterMs: this.times[at - 1] ?? Number.NEGATIVE_INFINITY, atMs: this.times[at] as number };
  }
}

/** What stands behind a part that goes answers for it. */
function isOdd(_part: number, index: number): boolean {
  return index % 2 === 1;
}
