import { Fifo } from './fifo.js';

/** Entries within this time expire together. */
const GRAIN_MS = 10;

interface Mark {
  readonly beginMs: number;
  lastMs: number;
  last: number;
}

/**
 * The position up to which all entries are older than a lifetime. Positions are in order of time, so one number is
 * enough.
 */
export class Expiry {
  private readonly marks = new Fifo<Mark>();
  private expired = 0;

  constructor(private readonly lifeMs: number) {}

  note(position: number, nowMs: number): void {
    const { last: mark } = this.marks;
    if (mark === undefined || nowMs - mark.beginMs >= GRAIN_MS) {
      this.marks.push({ beginMs: nowMs, lastMs: nowMs, last: position });
    } else {
      mark.lastMs = nowMs;
      mark.last = position;
    }
  }

  /** @returns a position; later entries are younger, or older by at most the grain of 10 ms */
  upTo(nowMs: number): number {
    while (this.marks.first !== undefined && nowMs - this.marks.first.lastMs >= this.lifeMs)
      this.expired = (this.marks.shift() as Mark).last;
    return this.expired;
  }
}
