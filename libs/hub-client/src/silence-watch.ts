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

/** A process that was stopped or stalled finds its timer due before it has read what came meanwhile. */
const SECOND_LOOK_MS = 100;

/** Notices when nothing has arrived for too long; costs one assignment per sign of life, not a new timer. */
export class SilenceWatch {
  private lastSignMs: number;
  private cancel: () => void = () => undefined;
  private looksTwice = false;

  /** @param onSilence called once, after which the watch has ended */
  constructor(
    private readonly timeoutMs: number,
    private readonly timers: Timers,
    private readonly onSilence: () => void,
  ) {
    this.lastSignMs = timers.now();
    this.lookIn(timeoutMs);
  }

  signOfLife(): void {
    this.lastSignMs = this.timers.now();
  }

  end(): void {
    this.cancel();
  }

  private check(): void {
    const remainingMs = this.lastSignMs + this.timeoutMs - this.timers.now();
    if (remainingMs > 0) this.lookIn(remainingMs);
    else if (this.looksTwice) this.onSilence();
    else this.lookIn(SECOND_LOOK_MS);
    this.looksTwice = remainingMs <= 0;
  }

  private lookIn(ms: number): void {
    this.cancel = this.timers.after(ms, () => this.check());
  }
}
