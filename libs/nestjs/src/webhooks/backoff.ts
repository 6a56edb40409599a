const FIRST_MS = 1_000;
/** The maximum time between two attempts. */
export const MAX_WAIT_MS = 300_000;

/**
 * The time to wait after a number of failed attempts, in milliseconds. Full jitter over a bound that doubles (Brooker,
 * "Exponential Backoff And Jitter", AWS 2015), so that a recovered receiver does not get requests from all hubs at
 * once.
 *
 * @param failures 1 after the first
 * @param random 0-1
 */
export function waitMs(failures: number, random: number): number {
  return Math.round(random * Math.min(MAX_WAIT_MS, FIRST_MS * 2 ** (failures - 1)));
}
