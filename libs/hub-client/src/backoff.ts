/** How long a client waits between attempts, in milliseconds. */
export interface Backoff {
  /** The longest that the first wait can be. */
  readonly initialMs: number;
  /** The longest that any wait can be. */
  readonly maxMs: number;
}

/**
 * The wait before an attempt, in milliseconds: exponential with full jitter, so that clients that were cut off in
 * one moment do not come back in one moment (M. Brooker, "Exponential Backoff And Jitter", AWS, 2015).
 *
 * @param attempt 1 for the first attempt after a connection was lost
 * @param random returns a number from 0 up to but not including 1
 */
export function backoffMs(attempt: number, { initialMs, maxMs }: Backoff, random: () => number): number {
  return random() * Math.min(maxMs, initialMs * 2 ** (attempt - 1));
}
