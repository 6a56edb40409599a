import type { Timers } from './timers.js';

/** After a stop or a stall, the timer of a process is due before it has read what arrived in the meantime. */
const SECOND_LOOK_MS = 100;

export interface SilenceListener {
  /** Nothing has arrived for half the time: the moment to send a ping. */
  quiet(): void;
  /** Nothing has arrived for all of the time. Called once; the watch has ended then. */
  silent(): void;
}

/** Detects silence. A sign of life costs one assignment, not a new timer. */
export class SilenceWatch {
  private lastSignMs: number;
  private cancel: () => void = () => undefined;
  /** The sign of life after which it has pinged. */
  private askedAfterMs: number | undefined;
  private looksTwice = false;

  constructor(
    private readonly timeoutMs: number,
    private readonly timers: Timers,
    private readonly listener: SilenceListener,
  ) {
    this.lastSignMs = timers.now();
    this.lookIn(timeoutMs / 2);
  }

  signOfLife(): void {
    this.lastSignMs = this.timers.now();
  }

  end(): void {
    this.cancel();
  }

  private check(): void {
    const quietMs = this.timers.now() - this.lastSignMs;
    if (quietMs >= this.timeoutMs) this.checkAgain();
    else this.checkHalf(quietMs);
  }

  private checkHalf(quietMs: number): void {
    const isQuiet = quietMs >= this.timeoutMs / 2;
    this.looksTwice = false;
    this.lookIn((isQuiet ? this.timeoutMs : this.timeoutMs / 2) - quietMs);
    if (!isQuiet || this.askedAfterMs === this.lastSignMs) return;
    this.askedAfterMs = this.lastSignMs;
    this.listener.quiet();
  }

  private checkAgain(): void {
    if (this.looksTwice) this.listener.silent();
    else this.lookIn(SECOND_LOOK_MS);
    this.looksTwice = true;
  }

  private lookIn(ms: number): void {
    this.cancel = this.timers.after(ms, () => this.check());
  }
}
