import { expect, test } from '@jest/globals';
import { MAX_WAIT_MS, waitMs } from './backoff.js';

test('the bound of the wait doubles from a second to five minutes', () => {
  const bounds = Array.from({ length: 12 }, (_, n) => waitMs(n + 1, 1));
  expect(bounds.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000]);
  expect(bounds.slice(-3)).toEqual([MAX_WAIT_MS, MAX_WAIT_MS, MAX_WAIT_MS]);
  expect(waitMs(100_000, 1)).toBe(MAX_WAIT_MS);
});

test('a wait is anything up to its bound', () => {
  expect([waitMs(3, 0), waitMs(3, 0.25)]).toEqual([0, 1_000]);
});
