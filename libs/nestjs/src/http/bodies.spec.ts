import { describe, expect, test } from '@jest/globals';
import { Bodies } from './bodies.js';

const KIB = 1024;
const MIB = 1024 * KIB;

/** How many bodies of this size one caller may have under way. */
function fill(bodies: Bodies, caller: object, hasKey: boolean, bytes: number): number {
  let taken = 0;
  try {
    for (; ; taken++) bodies.take(caller, hasKey, bytes);
  } catch (error) {
    expect(error).toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
    return taken;
  }
}

/** Callers take all that there is for bodies of this size. */
function exhaust(bodies: Bodies, hasKey: boolean, bytes: number): void {
  while (fill(bodies, {}, hasKey, bytes) > 0);
}

describe('bodies under way', () => {
  test.each([
    ['small', 64 * KIB, 16],
    ['large', MIB, 4],
  ])('that are %s are bounded for one caller', (_kind, bytes, expected) => {
    const bodies = new Bodies();
    expect(fill(bodies, {}, true, bytes)).toBe(expected);
    expect(fill(bodies, {}, true, bytes)).toBe(expected);
  });

  test('are bounded to 64 MiB in all', () => {
    const bodies = new Bodies();
    let total = 0;
    for (const hasKey of [true, false])
      for (const bytes of [64 * KIB, MIB])
        for (let caller = 0; caller < 100; caller++) total += bytes * fill(bodies, {}, hasKey, bytes);
    expect(total).toBe(64 * MIB);
  });

  test('of those who have no key leave all the room to those who have one', () => {
    const bodies = new Bodies();
    exhaust(bodies, false, MIB);
    exhaust(bodies, false, 64 * KIB);
    expect(fill(bodies, {}, true, 64 * KIB)).toBe(16);
    expect(fill(bodies, {}, true, MIB)).toBe(4);
  });

  test('that are large leave all the room to small ones', () => {
    const bodies = new Bodies();
    exhaust(bodies, true, MIB);
    expect(fill(bodies, {}, true, 100)).toBeGreaterThan(1_000);
  });

  test('give their room back', () => {
    const bodies = new Bodies();
    const caller = {};
    const free = bodies.take(caller, true, 4 * MIB);
    expect(fill(bodies, caller, true, MIB)).toBe(0);
    free();
    expect(fill(bodies, caller, true, MIB)).toBe(4);
  });

  test('may be larger than the share of a caller, one at a time', () => {
    const bodies = new Bodies();
    expect(fill(bodies, {}, true, 12 * MIB)).toBe(1);
  });
});
