/** Something that has work to do, a piece at a time. */
export interface Worker {
  /** Does the next piece. @returns whether there is more to do */
  work(): boolean;
  /** Ends what the work was for, after `work` has thrown: it gets no other turn. Nothing to do without it. */
  failed?(): void;
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

  /** Lets the next worker do a piece. @param failed told of one that throws; without it, the caller gets what it throws */
  workOnce(failed?: (worker: Worker, error: unknown) => void): void {
    if (this.at === this.now.length) {
      this.now = this.later;
      this.later = [];
      this.at = 0;
    }
    const worker = this.now[this.at++];
    try {
      if (worker?.work() === true) this.later.push(worker);
    } catch (error) {
      if (worker === undefined || failed === undefined) throw error;
      failed(worker, error);
    }
  }
}
