import { describe, expect, test } from '@jest/globals';
import { Dropped } from './dropped.js';

/** So many names for so little room that the floor is raised for every name. */
const FLOOD = 20_000;
const ROOM = { names: 1_000, cells: 256 };

describe('what was dropped', () => {
  test('is known of a name whose owner has few, however many others there are', () => {
    const dropped = flooded();
    expect([dropped.of('quiet'), dropped.of('busy')]).toEqual([1, 3]);
  });

  test('is never less than it was for a name that was forgotten', () => {
    const dropped = flooded();
    const wrong: number[] = [];
    for (let n = 4; n < FLOOD; n++) if (dropped.of(`name ${n}`) < positionOf(n)) wrong.push(n);
    expect(wrong).toEqual([]);
    expect(dropped.of('never heard of')).toBeGreaterThan(3);
  });

  test('is the newest, by any publisher', () => {
    const dropped = new Dropped({ names: 2, cells: 256 });
    for (const [position, owner] of [
      [5, 'alice'],
      [9, 'bob'],
      [7, 'bob'],
      [8, 'alice'],
    ] as const)
      dropped.note('a', position, owner);
    expect(dropped.of('a')).toBe(9);
    for (const name of ['b', 'c', 'd']) dropped.note(name, 10, 'alice');
    expect(dropped.of('a')).toBe(9);
  });
});

/** From 4 on, not in order. */
function positionOf(n: number): number {
  return 4 + ((n * 7_919) % FLOOD);
}

function flooded(): Dropped {
  const dropped = new Dropped(ROOM);
  dropped.note('quiet', 1, 'bob');
  dropped.note('busy', 2, 'bob');
  dropped.note('busy', 3, 'bob');
  for (let n = 4; n < FLOOD; n++) dropped.note(`name ${n}`, positionOf(n), 'mallory');
  return dropped;
}
