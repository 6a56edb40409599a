/** Where a client's time comes from; replaced in tests. */
export interface Timers {
  /** Milliseconds since some fixed moment; never jumps. */
  now(): number;
  /** Calls back once after `ms`; returns what cancels it. */
  after(ms: number, callback: () => void): () => void;
}

export const systemTimers: Timers = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** Notices when nothing has arrived for too long; costs one assignment per sign of life, not a new timer. */
export class SilenceWatch {
  private lastSignMs: number;
  private cancel: () => void;

  /** @param onSilence called once, after which the watch has ended */
  constructor(
    private readonly timeoutMs: number,
    private readonly timers: Timers,
    private readonly onSilence: () => void,
  ) {
    this.lastSignMs = timers.now();
    this.cancel = timers.after(timeoutMs, () => this.check());
  }

  signOfLife(): void {
    this.lastSignMs = this.timers.now();
  }

  end(): void {
    this.cancel();
  }

  private check(): void {
    const remainingMs = this.lastSignMs + this.timeoutMs - this.timers.now();
    if (remainingMs <= 0) this.onSilence();
    else this.cancel = this.timers.after(remainingMs, () => this.check());
  }
}
