const FIRST_MS = 1_000;
/** The longest time between two tries. */
export const MAX_WAIT_MS = 300_000;

/**
 * Milliseconds to wait after so many failed tries: full jitter over a bound that doubles (Brooker, "Exponential Backoff And
 * Jitter", AWS 2015), so that a receiver that comes back is not met by all hubs of the world at once.
 *
 * @param failures 1 after the first
 * @param random from 0 to 1
 */
export function waitMs(failures: number, random: number): number {
  return Math.round(random * Math.min(MAX_WAIT_MS, FIRST_MS * 2 ** (failures - 1)));
}
