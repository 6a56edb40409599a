import { Fifo } from './fifo.js';

/** What comes within this time expires together. */
const GRAIN_MS = 10;

interface Mark {
  readonly beginMs: number;
  lastMs: number;
  last: number;
}

/** Up to which position everything is older than a lifetime. Positions come in the order of time, so one number says it. */
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

  /** @returns a position; what follows on it is younger, or older by no more than the grain of 10 ms */
  upTo(nowMs: number): number {
    while (this.marks.first !== undefined && nowMs - this.marks.first.lastMs >= this.lifeMs)
      this.expired = (this.marks.shift() as Mark).last;
    return this.expired;
  }
}
