import { MAX_TIMER_MS, type Timers } from '../timers.js';
import type { Signal } from './fetch.js';

/** Resolves after `ms`, or when the signal aborts. */
export function wait(ms: number, timers: Timers, signal: Signal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const end = () => {
      cancel();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const cancel = timers.after(Math.min(ms, MAX_TIMER_MS), end);
    signal?.addEventListener('abort', end);
  });
}
