/** Something that has work to do, a piece at a time. */
export interface Worker {
  /** Does the next piece. @returns whether there is more to do */
  work(): boolean;
}

/** Workers that take turns: each does one piece, and stands at the end again if it has more. */
export class WorkQueue {
  private now: Worker[] = [];
  private later: Worker[] = [];
  private at = 0;

  get size(): number {
    return this.now.length - this.at + this.later.length;
  }

  add(worker: Worker): void {
    this.later.push(worker);
  }

  /** Lets the next worker do a piece. */
  workOnce(): void {
    if (this.at === this.now.length) {
      this.now = this.later;
      this.later = [];
      this.at = 0;
    }
    const worker = this.now[this.at++];
    if (worker?.work() === true) this.later.push(worker);
  }
}
