import { describe, expect, test } from '@jest/globals';
import { TestTimers } from '../testing/test-timers.js';
import { HubHttpError } from './http-error.js';
import { Retries } from './retries.js';

const policy = { attempts: 100, initialMs: 1_000, maxMs: 4_000, maxRetryAfterMs: 30_000 };
const error = (details: Partial<HubHttpError>) => new HubHttpError({ title: '', detail: '', ...details });
const LOST = error({ isOutcomeUnknown: true });
const BUSY = error({ status: 429, retryAfterMs: 2_000 });

function retriesOf(attempts = policy.attempts) {
  const timers = new TestTimers();
  return { timers, retries: new Retries({ policy: { ...policy, attempts }, random: () => 0.5, timers }) };
}

describe('the retries of a request', () => {
  test('wait longer and longer, behind what the hub asks for', () => {
    const { retries } = retriesOf();
    const waits = [LOST, LOST, BUSY, LOST].map((why) => {
      retries.begin();
      return retries.waitAfter(why, true);
    });
    expect(waits).toEqual([500, 1_000, 4_000, 2_000]);
  });

  test('end after so many attempts, and with what no retry mends', () => {
    const { retries } = retriesOf(2);
    retries.begin();
    expect(retries.waitAfter(error({ status: 409 }), true)).toBeUndefined();
    expect(retries.waitAfter(LOST, true)).toBe(500);
    retries.begin();
    expect(retries.waitAfter(LOST, true)).toBeUndefined();
  });

  test('end where the hub may have forgotten the key of a message that may be stored', () => {
    const { timers, retries } = retriesOf();
    retries.begin();
    expect(retries.waitAfter(BUSY, true)).toBe(2_500);
    timers.pass(100_000);
    retries.begin();
    timers.pass(10_000);
    expect([retries.waitAfter(LOST, true), retries.areInDoubt]).toEqual([1_000, true]);
    timers.pass(28_000);
    retries.begin();
    expect(retries.waitAfter(error({}), true)).toBe(2_000);
    timers.pass(1);
    expect(retries.waitAfter(error({}), true)).toBeUndefined();
  });
});
