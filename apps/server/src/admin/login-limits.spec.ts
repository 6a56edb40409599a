import { expect, test } from '@jest/globals';
import { LoginLimits } from './login-limits.js';

test('a network has five attempts, and one more every twelve seconds', () => {
  const limits = new LoginLimits(0);
  const waits = Array.from({ length: 6 }, () => limits.attempt('a', 0));
  expect(waits).toEqual([0, 0, 0, 0, 0, 12]);
  expect(limits.attempt('b', 0)).toBe(0);
  expect([limits.attempt('a', 11_500), limits.attempt('a', 12_500)]).toEqual([1, 0]);
});

test('all networks together have thirty, except one that has signed in before', () => {
  const limits = new LoginLimits(0);
  limits.attempt('known', 0);
  limits.succeeded('known', 0);
  for (let at = 0; at < 30; at++) expect(limits.attempt(`stranger ${at}`, 0)).toBe(0);
  expect(limits.attempt('another', 0)).toBe(2);
  expect(limits.attempt('known', 0)).toBe(0);
});

test('the right password costs no attempt', () => {
  const limits = new LoginLimits(0);
  for (let at = 0; at < 50; at++) {
    expect(limits.attempt('a', 0)).toBe(0);
    limits.succeeded('a', 0);
  }
});
