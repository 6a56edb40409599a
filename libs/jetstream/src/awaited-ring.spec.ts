import { expect, test } from '@jest/globals';
import { AwaitedRing } from './awaited-ring.js';
import { nobodysEntry } from './entry-message.js';

const LIMITS = { logMaxMessages: 10, logMaxBytes: 10_000, logMaxAgeMs: 60_000 };
const LONG_MS = 60_000;

test('a wait for a place ends when the place is reached', async () => {
  const ring = new AwaitedRing(LIMITS);
  const waits = [1, 2, 3].map((sequence) => ring.hasReached(sequence, LONG_MS));
  expect(ring.awaited).toBe(3);
  ring.add(nobodysEntry(1), 0);
  ring.add(nobodysEntry(2), 0);
  expect(await Promise.all(waits.slice(0, 2))).toEqual([true, true]);
  expect(ring.awaited).toBe(1);
  ring.restart(3);
  expect(await waits[2]).toBe(true);
  expect(ring.awaited).toBe(0);
});

test('a wait that times out says so, and leaves nothing behind', async () => {
  const ring = new AwaitedRing(LIMITS);
  expect(await ring.hasReached(1, 1)).toBe(false);
  expect(ring.awaited).toBe(0);
});
