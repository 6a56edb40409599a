import type { Timers } from './timers.js';

/** A process that was stopped or stalled finds its timer due before it has read what came meanwhile. */
const SECOND_LOOK_MS = 100;

export interface SilenceListener {
  /** Nothing has arrived for half the time: now is the moment to ask whether anybody is there. */
  quiet(): void;
  /** Nothing has arrived for all of the time; called once, after which the watch has ended. */
  silent(): void;
}

/** Notices when nothing has arrived for too long; costs one assignment per sign of life, not a new timer. */
export class SilenceWatch {
  private lastSignMs: number;
  private cancel: () => void = () => undefined;
  /** The sign of life after which it has asked. */
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
