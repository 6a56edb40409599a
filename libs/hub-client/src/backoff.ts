/** How long a client waits between attempts, in milliseconds. */
export interface Backoff {
  /** The upper bound of the first wait. */
  readonly initialMs: number;
  /** The upper bound of any wait. */
  readonly maxMs: number;
}

/**
 * The wait before an attempt, in milliseconds: exponential with full jitter, so that clients that lost their
 * connections together do not reconnect together (M. Brooker, "Exponential Backoff And Jitter", AWS, 2015).
 *
 * @param attempt 1 for the first attempt after a connection was lost
 * @param random returns a number from 0 up to but not including 1
 * @returns the wait in milliseconds
 */
export function backoffMs(attempt: number, { initialMs, maxMs }: Backoff, random: () => number): number {
  return random() * Math.min(maxMs, initialMs * 2 ** (attempt - 1));
}
