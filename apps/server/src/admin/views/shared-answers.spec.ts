import { beforeEach, describe, expect, test } from '@jest/globals';
import { TestClock } from '@ws-hub/hub/testing';
import { MAX_KEPT, SHARED_MS, SharedAnswers } from './shared-answers.js';

describe('an answer that costs something', () => {
  let clock: TestClock;
  let made: number;
  let answers: SharedAnswers<number>;
  const make = async () => ++made;
  beforeEach(() => {
    clock = new TestClock();
    made = 0;
    answers = new SharedAnswers(clock);
  });

  test('is made once for all who ask within two seconds, also while it is being made', async () => {
    const first = answers.get('q', make);
    clock.nowMs = SHARED_MS - 1;
    expect(await Promise.all([first, answers.get('q', make), answers.get('q', make)])).toEqual([1, 1, 1]);
    clock.nowMs = SHARED_MS;
    expect(await answers.get('q', make)).toBe(2);
  });

  test('is not kept if it fails', async () => {
    const failing = answers.get('q', () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(await answers.get('q', make)).toBe(1);
  });

  test('makes room for a newer one when there are too many', async () => {
    for (let n = 0; n <= MAX_KEPT; n++) await answers.get(`q${n}`, make);
    const before = made;
    await answers.get(`q${MAX_KEPT}`, make);
    expect(made).toBe(before);
    await answers.get('q0', make);
    expect(made).toBe(before + 1);
  });
});
