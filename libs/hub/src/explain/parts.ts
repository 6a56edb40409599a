import type { Position } from '../log/index.js';
import type { Written } from './flush-ring.js';

/** Maximum number of parts kept. Above it, every second one is dropped. */
const MAX_PARTS = 32;

/** The parts of a replay: up to which position, and when. */
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

  /** The last position that was replayed; undefined before the first part. */
  get cursor(): Position | undefined {
    return this.upTo.at(-1);
  }

  /** When an entry was written; undefined if the replay did not reach it. */
  of(position: Position): Written | undefined {
    const at = this.upTo.findIndex((upTo) => upTo >= position);
    if (at === -1) return undefined;
    return { afterMs: this.times[at - 1] ?? Number.NEGATIVE_INFINITY, atMs: this.times[at] as number };
  }
}

/** The part after a dropped one represents it. */
function isOdd(_part: number, index: number): boolean {
  return index % 2 === 1;
}
