import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type DelayCounts, LoopDelay } from './loop-delay.js';

const STALL_MS = 80;
const BOUNDS_S = [0.001, 0.02, 10];

let delay: LoopDelay;
beforeEach(() => {
  delay = new LoopDelay(BOUNDS_S);
});
afterEach(() => delay.end());

/** The counts after the next sample. */
async function next({ count }: { readonly count: number }): Promise<DelayCounts> {
  while (delay.read().count === count) await setImmediate();
  return delay.read();
}

function stall(): void {
  const untilMs = performance.now() + STALL_MS;
  while (performance.now() < untilMs);
}

test('a stall is a look that is late by its length, and punctual ones are below', async () => {
  const before = await next({ count: 0 });
  stall();
  const { counts, count, sum } = await next(before);
  const late = count - before.count - ((counts[1] as number) - (before.counts[1] as number));
  expect(late).toBeGreaterThanOrEqual(1);
  expect(sum - before.sum).toBeGreaterThan((STALL_MS - 2 * 20) / 1_000);
  expect(counts[2]).toBe(count);
});

test('a sample is never removed, nor counted twice', async () => {
  let before = await next({ count: 0 });
  for (let scrapes = 0; scrapes < 5; scrapes++) {
    stall();
    const after = await next(before);
    for (const [at, counted] of after.counts.entries())
      expect(counted).toBeGreaterThanOrEqual(before.counts[at] as number);
    expect(after.count).toBeGreaterThan(before.count);
    expect(after.sum).toBeGreaterThan(before.sum);
    before = after;
    // In the same turn, so there was no sample in between.
    expect(delay.read()).toEqual(after);
  }
});
