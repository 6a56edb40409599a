import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FairRing } from './fair-ring.js';
import type { Entry } from './message-log.js';
import { bytesOf, type RingLimits } from './ring.js';

const NAMES = ['a', 'b', 'c', 'd', 'e'] as const;
const ALL = new Set<string>(NAMES);
/** So that there are many pages, and no room for the names. */
const SMALL = { names: 2, places: 16 };
/** After so many entries both are compared. */
const LOOK_EVERY = 5;
const UNBOUNDED = 1_000_000_000;
const unbounded: RingLimits = {
  logMaxMessages: UNBOUNDED,
  logMaxBytes: UNBOUNDED,
  logMaxAgeMs: UNBOUNDED,
};

function entry(sequence: number, channel: string, length = 1): Entry {
  return {
    sequence,
    channel,
    clientId: 'alice',
    key: undefined,
    timestamp: 1,
    content: 'x'.repeat(length),
  };
}

describe('the fair ring', () => {
  test('takes from the channels that have more than their share, down to equal ones', () => {
    const ring = new FairRing({ ...unbounded, logMaxMessages: 12 });
    const said = 'aaaaaaaaaaaabbbbbbbbbbc';
    for (const [n, channel] of [...said].entries()) ring.add(entry(n + 1, channel), 0);
    expect(count(ring.read(0, 100))).toEqual({ a: 5, b: 6, c: 1 });
  });

  test('drops a message that is too big with the older ones of its channel, and nothing of another', () => {
    const ring = new FairRing({ ...unbounded, logMaxBytes: 2_000 });
    for (const [n, channel] of ['b', 'a', 'b'].entries()) ring.add(entry(n + 1, channel), 0);
    ring.add(entry(4, 'a', 4_000), 0);
    expect(ring.read(0, 10).map(({ sequence }) => sequence)).toEqual([1, 3]);
    expect([ring.has(3, new Set(['a'])), ring.has(4, new Set(['a']))]).toEqual([false, true]);
    expect(ring.has(0, new Set(['b']))).toBe(true);
  });

  test('reads past a hole of 200,000 entries without walking it', () => {
    const ring = new FairRing({ ...unbounded, logMaxMessages: 100 });
    ring.add(entry(1, 'b'), 0);
    for (let n = 2; n <= 200_000; n++) ring.add(entry(n, 'a'), 0);
    expect(ring.read(0, 2).map(({ sequence }) => sequence)).toEqual([1, 199_902]);
    expect(ring.read(1, 1).map(({ sequence }) => sequence)).toEqual([199_902]);
    expect(ring.has(0, new Set(['b']))).toBe(true);
  });

  test('knows for certain only so many channels, and says no for all others from before', () => {
    const ring = new FairRing({ ...unbounded, logMaxMessages: 1 }, SMALL);
    for (let n = 1; n <= 5; n++) ring.add(entry(n, `channel ${n}`), 0);
    // 1 to 4 are dropped, 3 and 4 known by name, so 2 is the floor.
    expect([ring.has(1, new Set(['quiet'])), ring.has(2, new Set(['quiet']))]).toEqual([false, true]);
    expect([ring.has(3, new Set(['channel 4'])), ring.has(4, new Set(['channel 4']))]).toEqual([false, true]);
    expect(ring.has(4, new Set(['channel 5']))).toBe(true);
  });

  test('does what a plain list does', () => {
    fc.assert(
      fc.property(play, ({ limits, said }) => {
        const [ring, list] = [new FairRing(limits, { names: 1_000, places: 16 }), new List(limits)];
        playOn(ring, list, said, (after) => {
          expect(channelsIn(ring, after)).toEqual(channelsIn(list, after));
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
      // One channel is louder than the others.
      channel: fc.constantFrom('a', 'a', 'a', 'a', ...NAMES),
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
  readonly length: number;
  readonly waitMs: number;
  readonly look: number;
  readonly max: number;
}

/** Adds it all to both, and compares what they have from random places on. */
function playOn(ring: FairRing, list: List, said: readonly Said[], compare: (after: number) => void): void {
  let nowMs = 0;
  for (const [n, { channel, length, waitMs, look, max }] of said.entries()) {
    nowMs += waitMs;
    for (const each of [ring, list]) each.dropOld(nowMs);
    for (const each of [ring, list]) each.add(entry(n + 1, channel, length), nowMs);
    if (n % LOOK_EVERY > 0) continue;
    const after = Math.floor(look * (n + 2));
    expect(ring.read(after, max)).toEqual(list.read(after, max));
    compare(after);
  }
  expect([ring.head, ring.size, ring.bytes]).toEqual([list.head, list.size, list.bytes]);
}

/** Of which channels it has everything after this place. */
function channelsIn(log: Pick<FairRing, 'has'>, after: number): string[] {
  return NAMES.filter((name) => log.has(after, new Set([name])));
}

function count(entries: readonly Entry[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { channel } of entries) counts[channel] = (counts[channel] ?? 0) + 1;
  return counts;
}

/** The same, as simple as can be. */
class List {
  head = 0;
  private kept: { readonly entry: Entry; readonly atMs: number }[] = [];
  private readonly dropped: Entry[] = [];

  constructor(private readonly limits: RingLimits) {}

  get size(): number {
    return this.kept.length;
  }

  get bytes(): number {
    return this.entries.reduce((total, each) => total + bytesOf(each), 0);
  }

  add(newest: Entry, atMs: number): void {
    this.head = newest.sequence;
    this.kept.push({ entry: newest, atMs });
    while (this.size > this.limits.logMaxMessages) this.dropFromLargest(() => 1);
    while (this.bytes > this.limits.logMaxBytes) this.dropFromLargest(bytesOf);
    this.dropOld(atMs);
  }

  read(after: number, max: number): Entry[] {
    return this.entries.filter(({ sequence }) => sequence > after).slice(0, max);
  }

  has(after: number, channels: ReadonlySet<string>): boolean {
    return !this.dropped.some(({ sequence, channel }) => sequence > after && channels.has(channel));
  }

  dropOld(nowMs: number): void {
    for (const { entry: old, atMs } of this.kept)
      if (nowMs - atMs > this.limits.logMaxAgeMs) this.dropped.push(old);
    this.kept = this.kept.filter(({ atMs }) => nowMs - atMs <= this.limits.logMaxAgeMs);
  }

  private get entries(): Entry[] {
    return this.kept.map((each) => each.entry);
  }

  private dropFromLargest(sizeOf: (entry: Entry) => number): void {
    const sizes = new Map<string, number>();
    for (const each of this.entries) sizes.set(each.channel, (sizes.get(each.channel) ?? 0) + sizeOf(each));
    const most = Math.max(...sizes.values());
    // Entries are in order, so the first of a channel is its oldest, and of equal channels the first one is the older.
    const largest = this.entries.find(({ channel }) => sizes.get(channel) === most);
    if (largest === undefined) return;
    this.dropped.push(largest);
    this.kept = this.kept.filter((each) => each.entry !== largest);
  }
}
