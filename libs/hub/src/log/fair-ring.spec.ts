import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FairRing } from './fair-ring.js';
import type { Entry } from './message-log.js';
import type { RetentionLimits } from './options.js';
import { List } from './plain-list.js';
import { positionAt } from './position.js';

const NAMES = ['a', 'b', 'c', 'd', 'e'] as const;
const AUTHORS = ['alice', 'bob', 'carol'] as const;
const ALL = new Set<string>(NAMES);
/** So that there are many pages, and no room for names: they share cells. */
const SMALL = { names: 2, places: 16, cells: 8 };
/** Both are compared after so many entries. */
const LOOK_EVERY = 5;
const UNBOUNDED = 1_000_000_000;
const unbounded: RetentionLimits = {
  logMaxMessages: UNBOUNDED,
  logMaxBytes: UNBOUNDED,
  logMaxAgeMs: UNBOUNDED,
};

function entry(position: number, channel: string, length = 1, clientId = 'alice', key?: string): Entry {
  return {
    position: positionAt(position),
    channel,
    clientId,
    key,
    timestamp: 1,
    content: 'x'.repeat(length),
  };
}

describe('the fair ring', () => {
  test('drops from the channels that have more than their share, down to equal ones', () => {
    const ring = new FairRing({ ...unbounded, logMaxMessages: 12 });
    const said = 'aaaaaaaaaaaabbbbbbbbbbc';
    for (const [n, channel] of [...said].entries()) ring.add(entry(n + 1, channel), 0);
    expect(count(ring.read(0, 100))).toEqual({ a: 5, b: 6, c: 1 });
  });

  test('drops a message that is too big with the older ones of its channel, and nothing of another', () => {
    const ring = new FairRing({ ...unbounded, logMaxBytes: 2_000 });
    for (const [n, channel] of ['b', 'a', 'b'].entries()) ring.add(entry(n + 1, channel), 0);
    ring.add(entry(4, 'a', 4_000), 0);
    expect(ring.read(0, 10).map(({ position }) => position)).toEqual([1, 3]);
    expect([ring.has(3, new Set(['a'])), ring.has(4, new Set(['a']))]).toEqual([false, true]);
    expect(ring.has(0, new Set(['b']))).toBe(true);
  });

  test('reads past a hole of 200,000 entries without walking it', () => {
    const ring = new FairRing({ ...unbounded, logMaxMessages: 100 });
    ring.add(entry(1, 'b'), 0);
    for (let n = 2; n <= 200_000; n++) ring.add(entry(n, 'a'), 0);
    expect(ring.read(0, 2).map(({ position }) => position)).toEqual([1, 199_902]);
    expect(ring.read(1, 1).map(({ position }) => position)).toEqual([199_902]);
    expect(ring.has(0, new Set(['b']))).toBe(true);
  });

  test('drops from the author that has more than any channel, where it has the most', () => {
    const alice = [...'aabbbcc'].map((channel) => [channel, 'alice'] as const);
    const bob = [...'eeee'].map((channel) => [channel, 'bob'] as const);
    const ring = ringOf(9, [...alice, ...bob]);
    expect(count(ring.read(0, 100))).toEqual({ a: 1, b: 2, c: 2, e: 4 });
    expect(NAMES.filter((name) => ring.has(0, new Set([name])))).toEqual(['c', 'd', 'e']);
  });

  test('knows the newest that it took from the middle of a channel when older ones go', () => {
    // Bob's oldest on a stays when Alice, who is on b as well, loses her first there; it goes when a is the largest.
    const ring = ringOf(3, [
      ['a', 'bob'],
      ...['a', 'a', 'b'].map((channel) => [channel, 'alice'] as const),
      ['a', 'bob'],
    ]);
    expect(ring.read(0, 10).map(({ position }) => position)).toEqual([3, 4, 5]);
    expect([ring.has(1, new Set(['a'])), ring.has(2, new Set(['a']))]).toEqual([false, true]);
  });

  test('drops from the channel again when the author that had the most is no longer on any other', () => {
    const ring = new FairRing({ ...unbounded, logMaxMessages: 2, logMaxAgeMs: 100 });
    ring.add(entry(1, 'b'), 0);
    for (const position of [2, 3]) ring.add(entry(position, 'a'), 50);
    for (const position of [4, 5, 6]) ring.add(entry(position, 'a'), 120);
    expect(ring.read(0, 10).map(({ position }) => position)).toEqual([5, 6]);
  });

  test('knows the newest that it took from an author when older ones go on another channel', () => {
    const ring = new FairRing({ ...unbounded, logMaxMessages: 2 });
    for (const [n, channel] of [...'abba'].entries()) ring.add(entry(n + 1, channel, 1, 'alice', `k${n}`), 0);
    expect(ring.read(0, 10).map(({ position }) => position)).toEqual([3, 4]);
    expect([ring.has(1, new Set(), 'alice'), ring.has(2, new Set(), 'alice')]).toEqual([false, true]);
  });

  test('drops from a busy channel of 1,000 authors, and nothing of one that publishes on three', () => {
    const said = [...'bcdbcdbcd'].map((channel) => [channel, 'announcer'] as const);
    const crowd = Array.from({ length: 1_000 }, (_, n) => ['a', `one of many ${n}`] as const);
    const ring = ringOf(100, [...said, ...crowd]);
    expect(count(ring.read(0, 200))).toEqual({ a: 91, b: 3, c: 3, d: 3 });
    expect(ring.has(0, new Set(['b', 'c', 'd']))).toBe(true);
  });

  test('drops nothing of others for one client on 100,000 channels of its own', () => {
    const said = [...'bbbbbbbbbbcd'].map((channel) => [channel, 'bob'] as const);
    const ring = ringOf(1_000, [...said, ...invented(100_000, 'mallory')]);
    expect(ring.read(0, 12)).toHaveLength(12);
    expect(ring.read(0, 12).at(-1)?.position).toBe(12);
    expect(ring.has(0, new Set(['b', 'c', 'd']), 'bob')).toBe(true);
    expect(ring.has(0, new Set(['channel 1']))).toBe(false);
  });

  test('has an intact quiet channel after 20,000 invented ones, whatever became of it', () => {
    const ring = new FairRing({ ...unbounded, logMaxMessages: 100, logMaxAgeMs: 1_000 });
    ring.add(entry(1, 'expired', 1, 'bob', 'k'), 0);
    ring.add(entry(2, 'kept', 1, 'bob'), 900);
    let position = 2;
    for (const [channel, author] of invented(20_000, 'mallory'))
      ring.add(entry(++position, channel, 1, author, channel), 1_500);
    expect([ring.has(0, new Set(['expired'])), ring.has(1, new Set(['expired']))]).toEqual([false, true]);
    expect(ring.has(0, new Set(['kept']))).toBe(true);
    // It may fail to know this by chance, for one name in millions.
    expect(ring.has(0, new Set(['never heard of']))).toBe(true);
    expect([ring.has(0, new Set(), 'bob'), ring.has(1, new Set(), 'bob')]).toEqual([false, true]);
  });

  test('never says that it has a channel whose name it had to forget', () => {
    const ring = ringOf(100, invented(40_000, 'mallory'));
    const wrong = invented(39_900, 'mallory').filter(([name], n) => ring.has(n, new Set([name])));
    expect(wrong).toEqual([]);
  });

  test('does what a plain list does', () => {
    fc.assert(
      fc.property(play, ({ limits, said }) => {
        const [ring, list] = [new FairRing(limits, { ...SMALL, names: 1_000 }), new List(limits)];
        playOn(ring, list, said, (after) => {
          expect(channelsIn(ring, after)).toEqual(channelsIn(list, after));
          expect(authorsIn(ring, after)).toEqual(authorsIn(list, after));
        });
      }),
      { numRuns: 100 },
    );
  });

  test('with room for two names never says that it has what was dropped', () => {
    fc.assert(
      fc.property(play, ({ limits, said }) => {
        const [ring, list] = [new FairRing(limits, SMALL), new List(limits)];
        playOn(ring, list, said, (after) => {
          expect(channelsIn(list, after)).toEqual(expect.arrayContaining(channelsIn(ring, after)));
          expect(authorsIn(list, after)).toEqual(expect.arrayContaining(authorsIn(ring, after)));
          if (list.has(after, ALL)) expect(ring.has(after, ALL)).toBe(true);
        });
      }),
      { numRuns: 100 },
    );
  });
});

const play = fc.record({
  limits: fc.record({
    logMaxMessages: fc.integer({ min: 1, max: 60 }),
    logMaxBytes: fc.integer({ min: 200, max: 20_000 }),
    logMaxAgeMs: fc.integer({ min: 0, max: 500 }),
  }),
  said: fc.array(
    fc.record({
      // One channel and one author are busier than the others.
      channel: fc.constantFrom('a', 'a', ...NAMES),
      author: fc.constantFrom('alice', 'alice', ...AUTHORS),
      key: fc.constantFrom(undefined, 'k'),
      length: fc.constantFrom(0, 10, 500, 3_000),
      waitMs: fc.constantFrom(0, 0, 0, 1, 50, 300),
      look: fc.double({ min: 0, max: 1, noNaN: true }),
      max: fc.integer({ min: 1, max: 20 }),
    }),
    { minLength: 50, maxLength: 300 },
  ),
});

interface Said {
  readonly channel: string;
  readonly author: string;
  readonly key: string | undefined;
  readonly length: number;
  readonly waitMs: number;
  readonly look: number;
  readonly max: number;
}

/** Adds the same entries to both, and compares what they have from random places on. */
function playOn(ring: FairRing, list: List, said: readonly Said[], compare: (after: number) => void): void {
  let nowMs = 0;
  for (const [n, { channel, author, key, length, waitMs, look, max }] of said.entries()) {
    nowMs += waitMs;
    for (const each of [ring, list]) each.dropOld(nowMs);
    for (const each of [ring, list]) each.add(entry(n + 1, channel, length, author, key), nowMs);
    if (n % LOOK_EVERY > 0) continue;
    const after = Math.floor(look * (n + 2));
    expect(ring.read(after, max)).toEqual(list.read(after, max));
    compare(after);
  }
  expect([ring.head, ring.size, ring.bytes]).toEqual([list.head, list.size, list.bytes]);
}

/** The channels of which it has everything after this place. */
function channelsIn(log: Pick<FairRing, 'has'>, after: number): string[] {
  return NAMES.filter((name) => log.has(after, new Set([name])));
}

/** The authors of whom it has everything with a key after this place. */
function authorsIn(log: Pick<FairRing, 'has'>, after: number): string[] {
  return AUTHORS.filter((name) => log.has(after, new Set(), name));
}

/** A ring of this size, after each author has published on its channel. */
function ringOf(logMaxMessages: number, said: readonly (readonly [string, string])[]): FairRing {
  const ring = new FairRing({ ...unbounded, logMaxMessages });
  for (const [n, [channel, author]] of said.entries()) ring.add(entry(n + 1, channel, 1, author), 0);
  return ring;
}

function invented(channels: number, author: string): [string, string][] {
  return Array.from({ length: channels }, (_, n) => [`channel ${n + 1}`, author]);
}

function count(entries: readonly Entry[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { channel } of entries) counts[channel] = (counts[channel] ?? 0) + 1;
  return counts;
}
