import { expect, test } from '@jest/globals';
import { Backlog } from './backlog.js';

test('bytes that nobody takes grow older, also while more are written', () => {
  const backlog = new Backlog(100, 0);
  expect(backlog.ageMs(100, 500)).toBe(500);
  backlog.wrote(50);
  expect(backlog.ageMs(150, 1_000)).toBe(1_000);
});

test('a client that reads part of what waits is no younger for it', () => {
  const backlog = new Backlog(100, 0);
  expect(backlog.ageMs(1, 500)).toBe(500);
});

test('when all that waited at the mark is gone, the age begins anew', () => {
  const backlog = new Backlog(100, 0);
  backlog.wrote(50);
  expect(backlog.ageMs(50, 900)).toBe(0);
  expect(backlog.ageMs(50, 1_000)).toBe(100);
});
