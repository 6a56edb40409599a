import type { Timers } from '../timers.js';

/** Time that only passes when a test says so. */
export class TestTimers implements Timers {
  /** How long the machine has slept, which only the wall clock shows. */
  sleptMs = 0;
  private nowMs = 0;
  private waiting: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.nowMs;
  }

  date(): number {
    return this.nowMs + this.sleptMs;
  }

  after(ms: number, callback: () => void): () => void {
    const entry = { at: this.nowMs + ms, callback };
    this.waiting.push(entry);
    return () => {
      this.waiting = this.waiting.filter((each) => each !== entry);
    };
  }

  get pending(): number {
    return this.waiting.length;
  }

  pass(ms: number): void {
    const end = this.nowMs + ms;
    for (let next = this.first(end); next !== undefined; next = this.first(end)) {
      this.nowMs = next.at;
      this.waiting = this.waiting.filter((each) => each !== next);
      next.callback();
    }
    this.nowMs = end;
  }

  private first(end: number) {
    return this.waiting.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }
}
