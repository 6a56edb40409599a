import { expect, test } from '@jest/globals';
import { QueueAge } from './queue-age.js';

test('bytes that are not read grow older, also while more are written', () => {
  const queueAge = new QueueAge(100, 0);
  expect(queueAge.ageMs(100, 500)).toBe(500);
  queueAge.wrote(50);
  expect(queueAge.ageMs(150, 1_000)).toBe(1_000);
});

test('a client that reads part of what waits is no younger for it', () => {
  const queueAge = new QueueAge(100, 0);
  expect(queueAge.ageMs(1, 500)).toBe(500);
});

test('when everything that waited at the mark has left, the age restarts', () => {
  const queueAge = new QueueAge(100, 0);
  queueAge.wrote(50);
  expect(queueAge.ageMs(50, 900)).toBe(0);
  expect(queueAge.ageMs(50, 1_000)).toBe(100);
});
