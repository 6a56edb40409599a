import { Clock } from '../time/clock.js';

/** A clock for tests, which advances on request. */
export class TestClock extends Clock {
  nowMs = 0;
  wallSeconds = 0;

  unixSeconds(): number {
    return this.wallSeconds;
  }

  unixMs(): number {
    return this.wallSeconds * 1_000;
  }

  monotonicMs(): number {
    return this.nowMs;
  }
}
