/** A timer with a longer delay fires at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** A client's clocks and timers; replaced in tests. */
export interface Timers {
  /** Milliseconds since some fixed moment. Never jumps, but may stand still while the machine sleeps. */
  now(): number;
  /** Unix time in milliseconds. Jumps when the clock is set, and continues while the machine sleeps. */
  date(): number;
  /** Calls back once after `ms`; returns a function that cancels it. */
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

/** Starts to measure time, including sleep of the machine. @returns a function that returns the milliseconds passed */
export function stopwatch(timers: Timers): () => number {
  const [now, date] = [timers.now(), timers.date()];
  return () => Math.max(timers.now() - now, timers.date() - date);
}
