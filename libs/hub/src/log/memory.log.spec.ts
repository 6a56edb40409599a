import { beforeEach, describe, expect, test } from '@jest/globals';
import { messageLogContract } from '../testing/message-log.contract.js';
import { TestClock } from '../testing/test-clock.js';
import { testEnvironment } from '../testing/test-environment.js';
import type { LogEvents } from './environment.js';
import { KEY_GUARD_MS, KEY_LIFE_MS } from './keys.js';
import { memoryLog } from './memory.log.js';
import type { Entry, MessageLog, Outcome } from './message-log.js';
import type { MemoryLogOptions } from './options.js';
import { positionAt as at } from './position.js';

messageLogContract('the log in memory', async (limits) => {
  const log = memoryLog(limits)(testEnvironment());
  return { log, end: () => log.stop() };
});

describe('the log in memory', () => {
  let clock: TestClock;
  let heard: Entry[];
  beforeEach(() => {
    clock = new TestClock();
    heard = [];
  });

  function logWith(options: Partial<MemoryLogOptions> = {}, events: Partial<LogEvents> = {}): MessageLog {
    const log = memoryLog(options)(testEnvironment(clock, events));
    log.listen({
      entry: (entry) => heard.push(entry),
      lostPlace: () => undefined,
      notice: () => undefined,
      pressure: () => undefined,
      failed: () => undefined,
    });
    return log;
  }

  function append(
    log: MessageLog,
    content: string,
    key?: string,
    clientId = 'alice',
    channel = 'main',
  ): Outcome | undefined {
    let outcome: Outcome | undefined;
    log.append({ channel, clientId, key, timestamp: 1, content }, (settled) => {
      outcome = settled;
    });
    return outcome;
  }
  const contents = (entries: readonly Entry[]) => entries.map(({ content }) => content);
  /** The place from which on it has everything of the channel. */
  const since = (log: MessageLog, channel = 'main') => {
    let place = 0;
    while (!log.has(at(place), new Set([channel]))) place++;
    return place;
  };

  test('gives each entry the next number, and calls the listener before the writer', () => {
    const log = logWith();
    expect([log.head, since(log)]).toEqual([0, 0]);
    expect(append(log, 'one')).toEqual({ result: 'stored', position: 1 });
    expect(append(log, 'two')).toEqual({ result: 'stored', position: 2 });
    expect(heard.map(({ position }) => position)).toEqual([1, 2]);
    expect([log.head, since(log)]).toEqual([2, 0]);
  });

  test('reads from any kept place on, in order, and no more than requested', () => {
    const log = logWith();
    for (const content of ['a', 'b', 'c', 'd']) append(log, content);
    expect(contents(log.read(at(0), 10))).toEqual(['a', 'b', 'c', 'd']);
    expect(contents(log.read(at(2), 10))).toEqual(['c', 'd']);
    expect(contents(log.read(at(1), 2))).toEqual(['b', 'c']);
    expect(log.read(at(4), 10)).toEqual([]);
  });

  test('keeps no more messages than it may', () => {
    const log = logWith({ logMaxMessages: 3 });
    for (let n = 1; n <= 10; n++) append(log, String(n));
    expect([log.head, since(log)]).toEqual([10, 7]);
    expect(contents(log.read(at(7), 10))).toEqual(['8', '9', '10']);
  });

  test('keeps no more bytes than it may, and nothing of one message that is too big', () => {
    const log = logWith({ logMaxBytes: 3_100 });
    for (let n = 0; n < 10; n++) append(log, 'x'.repeat(800));
    expect([log.head, since(log)]).toEqual([10, 7]);
    append(log, 'x'.repeat(4_000));
    expect([log.head, since(log), log.bytes]).toEqual([11, 11, 0]);
  });

  test('counts the bytes of a trace as those of the content', () => {
    const log = logWith();
    const said = { channel: 'main', clientId: 'alice', key: undefined, timestamp: 1, content: 'hi' };
    log.append(said);
    const before = log.bytes;
    log.append({ ...said, trace: 'x'.repeat(55) });
    expect(log.bytes).toBe(2 * before + 55);
  });

  test('counts the bytes of a user as those of the content', () => {
    const log = logWith();
    append(log, 'x');
    const before = log.bytes;
    log.append({
      channel: 'main',
      clientId: 'alice',
      user: 'Zoë',
      key: undefined,
      timestamp: 1,
      content: 'x',
    });
    expect(log.bytes).toBe(2 * before + Buffer.byteLength('Zoë'));
  });

  test('keeps nothing longer than it may, and an emptied log continues to count', () => {
    const log = logWith({ logMaxAgeMs: 1_000 });
    append(log, 'old');
    clock.nowMs = 900;
    append(log, 'new');
    clock.nowMs = 1_500;
    expect([log.head, since(log)]).toEqual([2, 1]);
    clock.nowMs = 5_000;
    expect([log.head, since(log), log.bytes]).toEqual([2, 2, 0]);
    expect(append(log, 'next')).toEqual({ result: 'stored', position: 3 });
  });

  test('treats the same key of one sender as the same message, the first content wins', () => {
    const log = logWith();
    append(log, 'first', 'k');
    expect(append(log, 'second', 'k')).toEqual({ result: 'duplicate', position: 1 });
    expect(append(log, 'other', 'k', 'bob')).toEqual({ result: 'stored', position: 2 });
    expect(contents(heard)).toEqual(['first', 'other']);
  });

  test('remembers a key for two minutes, also when its message is gone', () => {
    const log = logWith({ logMaxMessages: 1 });
    append(log, 'first', 'k');
    append(log, 'pushes it out');
    clock.nowMs = KEY_LIFE_MS - 1;
    expect(append(log, 'again', 'k')).toEqual({ result: 'duplicate', position: 1 });
    clock.nowMs = KEY_LIFE_MS;
    expect(append(log, 'anew', 'k')).toEqual({ result: 'stored', position: 3 });
  });

  test('refuses nothing for keys, however fast four clients fill it', () => {
    const log = logWith({ logMaxMessages: 10, logMaxKeys: 1_000 });
    const outcomes = new Set<string | undefined>();
    for (let n = 0; n < 40_000; n++, clock.nowMs++)
      outcomes.add(append(log, 'x', `k${n}`, `client ${n % 4}`)?.result);
    expect([...outcomes]).toEqual(['stored']);
  });

  test('reports keys that were forgotten within their minute, and no others', () => {
    const told: number[] = [];
    const log = logWith({ logMaxKeys: 1_000 }, { keysForgotten: (forgotten) => told.push(forgotten) });
    for (let n = 0; n < 996; n++) append(log, 'x', `k${n}`);
    expect([told, log.forgottenKeys]).toEqual([[], 0]);
    append(log, 'x', 'one more');
    append(log, 'x', 'and another');
    clock.nowMs = KEY_GUARD_MS;
    append(log, 'x', 'after a minute');
    expect([told, log.forgottenKeys]).toEqual([[1, 2], 2]);
  });

  test('full of one channel keeps another, and knows of which something is missing', () => {
    const log = logWith({ logMaxMessages: 10 });
    const say = (content: string, channel: string) => append(log, content, undefined, 'alice', channel);
    say('quiet', 'b');
    for (let n = 0; n < 1_000; n++) say(String(n), 'a');
    expect(contents(log.read(at(0), 2))).toEqual(['quiet', '991']);
    expect([since(log, 'a'), since(log, 'b'), since(log, 'c')]).toEqual([992, 0, 0]);
    expect(log.has(at(0), new Set(['a', 'b']))).toBe(false);
  });

  test('full of the bytes of one channel keeps another with more messages', () => {
    const log = logWith({ logMaxBytes: 10_000 });
    for (let n = 0; n < 10; n++) append(log, 'small', undefined, 'alice', 'b');
    for (let n = 0; n < 100; n++) append(log, 'x'.repeat(2_000), undefined, 'alice', 'a');
    expect([log.size, since(log, 'a'), since(log, 'b')]).toEqual([13, 107, 0]);
  });
});
