/** The times that the hub needs; injected, so that tests can move them. */
export abstract class Clock {
  /** Unix time in whole seconds; may jump. */
  abstract unixSeconds(): number;
  /** The same in milliseconds. */
  abstract unixMs(): number;
  /** Milliseconds since some fixed moment; never jumps, so every time-out is measured with it. */
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
