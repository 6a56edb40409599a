import { describe, expect, test } from '@jest/globals';
import { backoffMs } from './backoff.js';

const backoff = { initialMs: 1_000, maxMs: 30_000 };
const longest = () => 1 - Number.EPSILON;

describe('the wait before an attempt', () => {
  test('starts at the configured value and doubles up to the maximum', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 100].map((attempt) =>
      Math.round(backoffMs(attempt, backoff, longest)),
    );
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  test('is spread over all of that time', () => {
    expect(backoffMs(3, backoff, () => 0)).toBe(0);
    expect(backoffMs(3, backoff, () => 0.25)).toBe(1_000);
  });

  test('stays at the maximum after any number of attempts', () => {
    expect(Math.round(backoffMs(1_000_000, backoff, longest))).toBe(30_000);
  });
});
