/** The hub's clocks; injected, so that tests can control them. */
export abstract class Clock {
  /** Unix time in whole seconds; may jump. */
  abstract unixSeconds(): number;
  /** Unix time in milliseconds; may jump. */
  abstract unixMs(): number;
  /** Milliseconds since some fixed moment. Never jumps, so every timeout is measured with it. */
  abstract monotonicMs(): number;
}

export class SystemClock extends Clock {
  unixSeconds(): number {
    return Math.floor(Date.now() / 1000);
  }

  unixMs(): number {
    return Date.now();
  }

  monotonicMs(): number {
    return performance.now();
  }
}
