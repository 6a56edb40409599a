import { beforeEach, describe, expect, test } from '@jest/globals';
import { type MemoryLogOptions, type MessageLog, memoryLog } from '@ws-hub/hub';
import { TestClock, testEnvironment } from '@ws-hub/hub/testing';
import { EventFilter } from './event-filter.js';
import { EventQueue, type QueueLimits } from './event-queue.js';
import { LogTail } from './log-tail.js';

const MANY = { events: 10_000, bytes: 1e9 };

let clock: TestClock;
let log: MessageLog;
let queue: EventQueue;
let lost: (number | undefined)[];
let added: number;

beforeEach(() => {
  clock = new TestClock();
  [lost, added] = [[], 0];
});

function begin(
  { events = ['message'], limits = MANY }: { events?: string[]; limits?: QueueLimits } = {},
  options: Partial<MemoryLogOptions> = {},
  told?: string,
): LogTail {
  log ??= memoryLog(options)(testEnvironment(clock));
  queue = new EventQueue(limits);
  const tail = new LogTail(log, new EventFilter(events), queue, {
    added: () => added++,
    lost: (messages) => lost.push(messages),
  });
  tail.begin(told, log.head);
  return tail;
}

function append(count: number, channel = 'main', content = 'x'): void {
  for (let n = 0; n < count; n++)
    log.append({ channel, clientId: 'alice', key: undefined, timestamp: 0, content });
}

/** The positions of the waiting messages. */
function waiting(): number[] {
  const places: number[] = [];
  for (;;) {
    const taken = queue.take(1_000, 1e9);
    if (taken.length === 0) return places;
    places.push(...taken.map(({ entry }) => entry.position));
    queue.settle();
  }
}

const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);

describe('the tail of a log', () => {
  beforeEach(() => {
    log = memoryLog({ logMaxMessages: 2_000 })(testEnvironment(clock));
  });

  test('returns the messages since it began, in the order of the log, each once', async () => {
    append(3);
    const tail = begin();
    append(1_000);
    await Promise.all([tail.poll(), tail.poll()]);
    append(1);
    await tail.poll();
    expect(waiting()).toEqual(upTo(4, 1_004));
    expect(lost).toEqual([]);
    expect(added).toBeGreaterThan(1);
  });

  test('skips channels that the receiver does not want', async () => {
    const tail = begin({ events: ['message:room.*'] });
    append(5);
    append(2, 'room.1');
    append(5);
    await tail.poll();
    expect(tail.told).toBe(`${log.epoch}-5`);
    expect(waiting()).toEqual([6, 7]);
    expect(tail.told).toBe(`${log.epoch}-12`);
  });

  test('continues after what was sent, and not after what was only read', async () => {
    const tail = begin();
    append(10);
    await tail.poll();
    queue.take(4, 1e9);
    expect(tail.told).toBe(`${log.epoch}-0`);
    queue.settle();
    const { told } = tail;
    expect(told).toBe(`${log.epoch}-4`);
    await begin({}, {}, told).poll();
    expect(waiting()).toEqual(upTo(5, 10));
  });

  test('stops at a full queue, by number or bytes, and reads on when there is room', async () => {
    const tail = begin({ limits: { events: 300, bytes: 1e9 } });
    append(1_500);
    await tail.poll();
    expect(queue.size).toBeGreaterThanOrEqual(300);
    expect(queue.size).toBeLessThan(300 + 200);
    await tail.poll();
    expect(queue.size).toBeLessThan(300 + 200);
    const places = waiting();
    while (places.length < 1_500) {
      await tail.poll();
      places.push(...waiting());
    }
    expect(places).toEqual(upTo(1, 1_500));

    const small = begin({ limits: { events: 10_000, bytes: 10_000 } });
    append(400, 'main', 'x'.repeat(1_000));
    await small.poll();
    expect(queue.size).toBeLessThanOrEqual(200);
    expect(lost).toEqual([]);
  });

  test('counts what the log has dropped before it was read', async () => {
    const tail = begin();
    append(2_500);
    await tail.poll();
    expect(waiting()).toEqual(upTo(501, 2_500));
    expect(lost).toEqual([500]);
  });

  test('passes a head that the log has dropped', async () => {
    log = memoryLog({ logMaxBytes: 500 })(testEnvironment(clock));
    const tail = begin();
    append(3, 'main', 'x'.repeat(1_000));
    await tail.poll();
    expect([waiting(), lost, tail.told]).toEqual([[], [3], `${log.epoch}-3`]);
  });

  test('reads a new log from its beginning, and reports that something may be lost', async () => {
    const tail = begin({}, {}, '20260101T000000000000000Z-77');
    append(2);
    await tail.poll();
    expect([waiting(), lost]).toEqual([[1, 2], [undefined]]);
  });
});
