/** A timer that is to wait longer fires at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** Where a client's time comes from; replaced in tests. */
export interface Timers {
  /** Milliseconds since some fixed moment; never jumps, but may stand still while the machine sleeps. */
  now(): number;
  /** Unix time in milliseconds: jumps when the clock is set, and goes on while the machine sleeps. */
  date(): number;
  /** Calls back once after `ms`; returns what cancels it. */
  after(ms: number, callback: () => void): () => void;
}

export const systemTimers: Timers = {
  now: () => performance.now(),
  date: () => Date.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** Measures a time that counts also while the machine sleeps; returns the milliseconds that have passed. */
export function stopwatch(timers: Timers): () => number {
  const [now, date] = [timers.now(), timers.date()];
  return () => Math.max(timers.now() - now, timers.date() - date);
}
