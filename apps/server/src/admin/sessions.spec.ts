import { expect, test } from '@jest/globals';
import { Sessions } from './sessions.js';

const HOUR_MS = 3_600_000;

test('a session lives for twelve hours, and not a millisecond longer', () => {
  let nowMs = 5;
  const sessions = new Sessions({ monotonicMs: () => nowMs });
  const id = sessions.begin();
  nowMs += 12 * HOUR_MS - 1;
  expect(sessions.find(id)).toBeDefined();
  nowMs++;
  expect(sessions.find(id)).toBeUndefined();
});

test('the 65th session ends the oldest, and no other', () => {
  const sessions = new Sessions({ monotonicMs: () => 0 });
  const ids = Array.from({ length: 65 }, () => sessions.begin());
  expect(ids.filter((id) => sessions.find(id) === undefined)).toEqual([ids[0]]);
});

test('a session ends by its id alone, which is not its name in limits', () => {
  const sessions = new Sessions({ monotonicMs: () => 0 });
  const [id, other] = [sessions.begin(), sessions.begin()];
  const name = sessions.find(id);
  sessions.end(name);
  sessions.end(undefined);
  expect(sessions.find(id)).toBe(name);
  sessions.end(id);
  expect([sessions.find(id), sessions.find(undefined)]).toEqual([undefined, undefined]);
  expect(sessions.find(other)).toBeDefined();
});
