import { setTimeout as wait } from 'node:timers/promises';

const LOOK_MS = 50;

/** Resolves when `isTrue` or `endMs` of the monotonic clock has come, or when the run is interrupted. */
export async function until(isTrue: () => boolean, endMs: number, interruption: AbortSignal): Promise<void> {
  while (!isTrue() && performance.now() < endMs && !interruption.aborted) await wait(LOOK_MS);
}
