import { expect, test } from '@jest/globals';
import { TokenBucket } from './token-bucket.js';

function debts(bucket: TokenBucket, count: number, nowMs: number): number[] {
  return Array.from({ length: count }, () => bucket.take(nowMs));
}

test('a bucket gives a burst, then goes into debt', () => {
  expect(debts(new TokenBucket(10, 3, 0), 5, 0)).toEqual([0, 0, 0, 100, 200]);
});

test('a bucket fills up at its rate, and not above the burst', () => {
  const bucket = new TokenBucket(10, 3, 0);
  debts(bucket, 3, 0);
  expect(debts(bucket, 2, 100)).toEqual([0, 100]);
  expect(debts(bucket, 4, 60_000)).toEqual([0, 0, 0, 100]);
});
