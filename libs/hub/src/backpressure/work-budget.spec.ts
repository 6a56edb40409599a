import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { nextTurn } from '@ws-hub/testing';
import { HubEvents } from '../events.js';
import { Guard } from '../guard.js';
import { TestClock } from '../testing/test-clock.js';
import { Account } from './account.js';
import { type Lane, WorkBudget } from './work-budget.js';

describe('the work budget', () => {
  let clock: TestClock;
  let failures: number;
  let budget: WorkBudget;
  let done: string[];
  beforeEach(() => {
    clock = new TestClock();
    failures = 0;
    const events = new HubEvents();
    events.attach({ failed: () => failures++ });
    budget = new WorkBudget(clock, new Guard(events));
    done = [];
  });
  afterEach(() => {
    budget.stop();
  });

  /** Work that takes so long by the clock of the test. */
  function task(name: string, ms: number): () => void {
    return () => {
      done.push(name);
      clock.nowMs += ms;
    };
  }
  function enqueue(lane: Lane, name: string, pieces: number, ms = 1): void {
    const work = task(name, ms);
    budget.enqueue(lane, {
      work: () => {
        work();
        return --pieces > 0;
      },
    });
  }

  test('does work at once while the turn has room, and the rest in the next turns', async () => {
    for (const name of ['a', 'b', 'c', 'd']) budget.run('door', task(name, 4));
    expect(done).toEqual(['a', 'b']);
    await nextTurn();
    expect(done).toEqual(['a', 'b', 'c']);
    await nextTurn();
    expect(done).toEqual(['a', 'b', 'c', 'd']);
  });

  test('counts what is left for a flush as much as what was done', () => {
    expect(budget.isFree('light', 0)).toBe(true);
    budget.defer(7_999, undefined);
    expect(budget.isFree('light', 0)).toBe(true);
    budget.defer(1, undefined);
    expect(budget.isFree('light', 0)).toBe(false);
  });

  test('lets nothing overtake what waits in its lane, or in one with a higher priority', async () => {
    enqueue('replay', 'waits', 1);
    expect([
      budget.isFree('light', clock.nowMs),
      budget.isFree('replay', clock.nowMs),
      budget.isFree('heavy', clock.nowMs),
    ]).toEqual([true, false, false]);
    await nextTurn();
    expect(budget.isFree('heavy', clock.nowMs)).toBe(true);
  });

  test('does at least one piece of each lane in a turn, however long each takes, those of light clients first', async () => {
    enqueue('heavy', 'heavy', 2, 100);
    enqueue('replay', 'replay', 2, 100);
    enqueue('door', 'door', 2, 100);
    enqueue('light', 'light', 2, 100);
    await nextTurn();
    expect(done).toEqual(['light', 'door', 'replay', 'heavy']);
    await nextTurn();
    expect(done).toEqual(['light', 'door', 'replay', 'heavy', 'light', 'door', 'replay', 'heavy']);
  });

  test('counts what waits in a lane, what was done there, and how long that took', async () => {
    enqueue('replay', 'replay', 3, 2);
    enqueue('heavy', 'heavy', 2, 4);
    budget.run('light', task('at once', 1));
    const lane = (name: Lane) => budget.lanesInUse().find((each) => each.name === name);
    expect(lane('heavy')).toEqual({ name: 'heavy', queued: 1, pieces: 0, ms: 0 });
    await nextTurn();
    expect(lane('replay')).toEqual({ name: 'replay', queued: 1, pieces: 1, ms: 2 });
    expect(lane('heavy')).toEqual({ name: 'heavy', queued: 1, pieces: 1, ms: 4 });
  });

  test('alternates between the workers of a lane', async () => {
    enqueue('replay', 'a', 2, 0.5);
    enqueue('replay', 'b', 1, 0.5);
    await nextTurn();
    expect(done).toEqual(['a', 'b', 'a']);
  });

  test('ends a worker that throws, and no other; nor a flush that does', async () => {
    const broken = () => {
      throw new TypeError('a bug');
    };
    budget.enqueue('light', { work: broken, failed: task('failed', 0) });
    budget.enqueue('light', { work: broken, failed: broken });
    budget.lightDone = broken;
    enqueue('light', 'light', 1);
    enqueue('heavy', 'heavy', 1);
    await nextTurn();
    await nextTurn();
    expect(done).toEqual(['failed', 'light', 'heavy']);
  });

  test('puts a client behind the others when it has used more than its share, until that is paid', () => {
    const account = new Account();
    budget.charge(account, task('work', 20));
    expect(budget.laneOf(account, clock.nowMs)).toBe('light');
    budget.charge(account, () => budget.defer(10_000, undefined));
    // A tenth of the time is its share, so 10 ms are paid in 100.
    expect(budget.laneOf(account, clock.nowMs)).toBe('heavy');
    clock.nowMs += 99;
    expect(budget.laneOf(account, clock.nowMs)).toBe('heavy');
    clock.nowMs += 1;
    expect(budget.laneOf(account, clock.nowMs)).toBe('light');
  });

  test('charges deferred work to the open charge, or else to the named account', () => {
    const [one, other] = [new Account(), new Account()];
    budget.charge(one, () => budget.defer(30_000, other));
    expect([one, other].map((account) => budget.laneOf(account, clock.nowMs))).toEqual(['heavy', 'light']);
    budget.defer(30_000, other);
    expect(budget.laneOf(other, clock.nowMs)).toBe('heavy');
  });

  test('charges the client for the writes of a flush, and not the turn, which would only make more flushes', () => {
    const account = new Account();
    budget.charge(account, () => budget.defer(1, undefined, 30_000));
    expect([budget.laneOf(account, clock.nowMs), budget.isFree('light', clock.nowMs)]).toEqual([
      'heavy',
      true,
    ]);
  });
});
