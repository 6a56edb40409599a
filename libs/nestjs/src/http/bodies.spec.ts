import { describe, expect, test } from '@jest/globals';
import { Bodies, type BodyOwner } from './bodies.js';

const KIB = 1024;
const MIB = 1024 * KIB;

const keyHolder = (): BodyOwner => ({ account: {}, keyId: 'k', isKnown: true });
const user = (): BodyOwner => ({ account: {}, keyId: undefined, isKnown: true });
const anybody = (): BodyOwner => ({ account: {}, keyId: undefined, isKnown: false });

/** How many bodies of this size one client may have in flight. */
function fill(bodies: Bodies, owner: BodyOwner, bytes: number): number {
  let taken = 0;
  try {
    for (; ; taken++) bodies.take(owner, bytes);
  } catch (error) {
    expect(error).toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
    return taken;
  }
}

/** Clients use up all the room for bodies of this size. */
function exhaust(bodies: Bodies, owner: () => BodyOwner, bytes: number): void {
  while (fill(bodies, owner(), bytes) > 0);
}

describe('bodies under way', () => {
  test.each([
    ['small', 64 * KIB, 16],
    ['large', MIB, 4],
  ])('that are %s are bounded for one client', (_kind, bytes, expected) => {
    const bodies = new Bodies();
    expect(fill(bodies, keyHolder(), bytes)).toBe(expected);
    expect(fill(bodies, keyHolder(), bytes)).toBe(expected);
  });

  test('are bounded to 60 MiB in all', () => {
    const bodies = new Bodies();
    let total = 0;
    for (const owner of [keyHolder, user, anybody])
      for (const bytes of [64 * KIB, MIB])
        for (let client = 0; client < 100; client++) total += bytes * fill(bodies, owner(), bytes);
    expect(total).toBe(60 * MIB);
  });

  test('of strangers leave all the room to users', () => {
    const bodies = new Bodies();
    exhaust(bodies, anybody, MIB);
    exhaust(bodies, anybody, 64 * KIB);
    expect(fill(bodies, user(), 64 * KIB)).toBe(16);
    expect(fill(bodies, user(), MIB)).toBe(4);
  });

  test('of clients without a key leave all the room to those with one', () => {
    const bodies = new Bodies();
    for (const owner of [anybody, user]) for (const bytes of [MIB, 64 * KIB]) exhaust(bodies, owner, bytes);
    expect(fill(bodies, keyHolder(), 64 * KIB)).toBe(16);
    expect(fill(bodies, keyHolder(), MIB)).toBe(4);
  });

  test('that are large leave all the room to small ones', () => {
    const bodies = new Bodies();
    exhaust(bodies, keyHolder, MIB);
    expect(fill(bodies, keyHolder(), 100)).toBeGreaterThan(1_000);
  });

  test('release their room', () => {
    const bodies = new Bodies();
    const owner = keyHolder();
    bodies.take(owner, 4 * MIB);
    expect(fill(bodies, owner, MIB)).toBe(0);
    bodies.giveBack(owner, 4 * MIB);
    expect(fill(bodies, owner, MIB)).toBe(4);
  });

  test('may be larger than the share of a client, one at a time', () => {
    expect(fill(new Bodies(), keyHolder(), 12 * MIB)).toBe(1);
  });
});
