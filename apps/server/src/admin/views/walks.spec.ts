import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Guard, HubEvents, WorkBudget } from '@ws-hub/hub';
import { TestClock } from '@ws-hub/hub/testing';
import { nextTurn } from '@ws-hub/testing';
import { MAX_WAITING, SLICE_ITEMS, Walks } from './walks.js';

describe('a walk over what may be long', () => {
  let clock: TestClock;
  let failures: number;
  let budget: WorkBudget;
  let walks: Walks;
  beforeEach(() => {
    clock = new TestClock();
    failures = 0;
    const events = new HubEvents();
    events.attach({ failed: () => failures++ });
    budget = new WorkBudget(clock, new Guard(events));
    walks = new Walks(budget, clock);
  });
  afterEach(() => {
    budget.stop();
  });

  test('continues in later turns of the event loop, with a millisecond of each', async () => {
    const items = new Set(Array.from({ length: 1_000 }, (_, n) => n));
    let looked = 0;
    const done = walks.over(
      items,
      () => items.size,
      () => {
        looked++;
        clock.nowMs += 0.01;
      },
    );
    for (let turn = 1; turn <= 9; turn++) {
      await nextTurn();
      expect(looked).toBeGreaterThan(0);
      expect(looked).toBeLessThanOrEqual(turn * 101);
    }
    await done;
    expect(looked).toBe(items.size);
  });

  test('looks at so many items in a slice, and no more', async () => {
    let slices = 0;
    const { work } = walks;
    walks.work = () => {
      slices++;
      return work.call(walks);
    };
    const items = new Array(10 * SLICE_ITEMS).fill(0);
    await walks.over(
      items,
      () => items.length,
      () => undefined,
    );
    expect(slices).toBe(11);
  });

  test('ends its slice after a millisecond', async () => {
    const seen: number[] = [];
    const done = walks.over(
      [1, 2, 3, 4],
      () => 4,
      (item) => {
        seen.push(item);
        clock.nowMs += 0.5;
      },
    );
    await nextTurn();
    expect(seen).toEqual([1, 2]);
    await done;
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  test('ends though items come and go for ever', async () => {
    const items = new Set([0, 1, 2]);
    let looked = 0;
    await walks.over(
      items,
      () => items.size,
      (item) => {
        looked++;
        items.delete(item);
        items.add(item + 3);
      },
    );
    expect(looked).toBe(3);
  });

  test('is the only one at a time; so many wait, and one more is refused', async () => {
    const order: string[] = [];
    const walk = (name: string) =>
      walks.over(
        [name, name],
        () => 2,
        (each) => order.push(each),
      );
    const all = ['first', ...Array.from({ length: MAX_WAITING }, (_, n) => `w${n}`)].map(walk);
    await expect(walk('late')).rejects.toMatchObject({ status: 503 });
    await Promise.all(all);
    expect(order.slice(0, 4)).toEqual(['first', 'first', 'w0', 'w0']);
    expect(order).toHaveLength(2 * (MAX_WAITING + 1));
  });

  test('that meets a bug fails alone, and the next one continues', async () => {
    const broken = walks.over(
      [1],
      () => 1,
      () => {
        throw new Error('a bug');
      },
    );
    const next = walks.over(
      [1],
      () => 1,
      () => undefined,
    );
    await expect(broken).rejects.toMatchObject({ status: 500 });
    await next;
    expect(failures).toBe(1);
  });
});
