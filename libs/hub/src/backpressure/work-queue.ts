/** Does work in pieces. */
export interface Worker {
  /** Does the next piece. @returns whether there is more */
  work(): boolean;
  /** Cleans up after `work` has thrown; the worker gets no further turn. Optional. */
  failed?(): void;
}

/** Workers that take turns: each does one piece, and goes to the end of the queue if it has more. */
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

  /** Runs one piece of the next worker. @param failed called with its error; without it, the error is rethrown */
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
