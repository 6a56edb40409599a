import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Draft, Entry, Located, MessageLog, Outcome } from '../log/message-log.js';
import type { RetentionLimits } from '../log/options.js';
import { positionAt as at } from '../log/position.js';
import { noticeContract } from './notice.contract.js';

/** An engine under test, and its environment. */
export interface Engine {
  readonly log: MessageLog;
  /** Another node of the same log, where nodes can share one; not started yet. */
  another?(): MessageLog;
  end(): Promise<void>;
}

const ROOM = 10;
const MAIN = new Set(['main']);

/**
 * The contract of every engine.
 *
 * @param make creates a new, empty log with these limits, and defaults for all others
 * @param isShared whether nodes share a log, which outlives them
 */
export function messageLogContract(
  name: string,
  make: (limits: Partial<RetentionLimits>) => Promise<Engine>,
  isShared = false,
): void {
  noticeContract(name, make, isShared);
  describe(`${name} as a message log`, () => {
    let engine: Engine;
    let log: MessageLog;
    let heard: Entry[];
    let lost: number;

    beforeEach(() => begin());
    afterEach(() => engine.end());

    async function begin(limits: Partial<RetentionLimits> = {}): Promise<void> {
      heard = [];
      lost = 0;
      engine = await make(limits);
      ({ log } = engine);
      log.listen({
        entry: (entry) => heard.push(entry),
        lostPlace: () => lost++,
        notice: () => undefined,
        pressure: () => undefined,
        failed: () => undefined,
      });
      await log.start();
    }
    async function beginSmall(): Promise<void> {
      await engine.end();
      await begin({ logMaxMessages: ROOM });
    }

    const draft = (content: string, change: Partial<Draft> = {}): Draft => ({
      channel: 'main',
      clientId: 'alice',
      key: undefined,
      timestamp: 1_795_000_000,
      content,
      ...change,
    });
    const append = (content: string, change: Partial<Draft> = {}) =>
      new Promise<Outcome>((resolve) => log.append(draft(content, change), resolve));
    const locate = (text: string) => new Promise<Located>((resolve) => log.locate(text, MAIN, resolve));
    const textAt = (sequence: number) => log.textOf(at(sequence));
    const contents = (entries: readonly Entry[]) => entries.map(({ content }) => content);

    test('gives each entry the next number, and delivers it unchanged', async () => {
      expect([log.head, log.has(at(0), MAIN), log.size]).toEqual([0, true, 0]);
      expect(await append('one', { key: 'k' })).toEqual({ result: 'stored', position: 1 });
      expect(await append('', { channel: 'a.b_c-D', clientId: 'bob' })).toEqual({
        result: 'stored',
        position: 2,
      });
      expect(await append('⚡ "\\ \u0000', { key: '!~:' })).toEqual({ result: 'stored', position: 3 });
      expect(heard).toEqual([
        { position: 1, ...draft('one', { key: 'k' }) },
        { position: 2, ...draft('', { channel: 'a.b_c-D', clientId: 'bob' }) },
        { position: 3, ...draft('⚡ "\\ \u0000', { key: '!~:' }) },
      ]);
      expect([log.head, log.has(at(0), MAIN), log.size]).toEqual([3, true, 3]);
    });

    test.each(['alice@example.org', 'Zoë 😀 %41 "\\:', ' ', 'x'.repeat(128)])(
      'has the user %j of its sender, delivered and read',
      async (user) => {
        await append('by nobody');
        await append('by somebody', { user });
        await append('by somebody, under a key', { user, key: 'k' });
        expect(heard.map((entry) => entry.user)).toEqual([undefined, user, user]);
        expect(log.read(at(0), 10).map((entry) => entry.user)).toEqual([undefined, user, user]);
      },
    );

    test('has the trace of recorded messages, delivered and read, and of no others', async () => {
      const trace = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
      await append('not recorded');
      await append('recorded', { trace, key: 'k' });
      expect(heard.map((entry) => entry.trace)).toEqual([undefined, trace]);
      expect(log.read(at(0), 10).map((entry) => entry.trace)).toEqual([undefined, trace]);
    });

    test('keeps the order of drafts, however many there are at a time', async () => {
      const all = Array.from({ length: 500 }, (_, n) => append(String(n)));
      await log.settled();
      expect(contents(heard)).toEqual(Array.from({ length: 500 }, (_, n) => String(n)));
      expect((await Promise.all(all)).map((outcome) => 'position' in outcome && outcome.position)).toEqual(
        Array.from({ length: 500 }, (_, n) => n + 1),
      );
    });

    test('stores the same key of one sender once, the first content wins', async () => {
      await append('first', { key: 'k' });
      expect(await append('second', { key: 'k' })).toEqual({ result: 'duplicate', position: 1 });
      expect(await append('other', { key: 'k', clientId: 'bob' })).toEqual({ result: 'stored', position: 2 });
      expect(contents(heard)).toEqual(['first', 'other']);
    });

    test('stores the same key once, also for two concurrent drafts', async () => {
      const both = await Promise.all([append('first', { key: 'k' }), append('second', { key: 'k' })]);
      expect(both).toMatchObject([{ position: 1 }, { position: 1 }]);
      expect(contents(heard)).toEqual(['first']);
    });

    test('stores what has no key each time', async () => {
      await append('same');
      await append('same');
      expect(contents(heard)).toEqual(['same', 'same']);
    });

    test('reads from any place that it keeps, in order, and no more than requested', async () => {
      for (const content of ['a', 'b', 'c', 'd']) await append(content);
      expect(contents(log.read(at(0), 10))).toEqual(['a', 'b', 'c', 'd']);
      expect(contents(log.read(at(1), 2))).toEqual(['b', 'c']);
      expect(log.read(at(4), 10)).toEqual([]);
    });

    test('finds every place from the last dropped entry on, and none before it or ahead', async () => {
      await beginSmall();
      for (let n = 1; n <= ROOM + 5; n++) await append(String(n));
      expect([log.has(at(5), MAIN), log.has(at(4), MAIN)]).toEqual([true, false]);
      expect(await locate(textAt(ROOM + 5))).toEqual({ result: 'found', position: ROOM + 5 });
      expect(await locate(textAt(5))).toEqual({ result: 'found', position: 5 });
      expect(await locate(textAt(4))).toEqual({ result: 'gone' });
      expect(await locate(textAt(ROOM + 6))).toEqual({ result: 'gone' });
    });

    test.each(['yesterday', '', '0123456789abcdef-0', '-1', 'x'.repeat(1_000)])(
      'finds no place "%s"',
      async (position) => {
        expect(await locate(position)).toEqual({ result: 'gone' });
      },
    );

    test('finds the head of an empty log', async () => {
      expect(await locate(textAt(0))).toEqual({ result: 'found', position: 0 });
    });

    test('never loses its place as long as nothing is removed', async () => {
      await beginSmall();
      for (let n = 0; n < ROOM * 3; n++) await append(String(n));
      expect(lost).toBe(0);
    });
  });
}
