import { beforeEach, expect, test } from '@jest/globals';
import { TestClock } from '@ws-hub/hub/testing';
import type { WebhookEvent } from './webhook-event.js';
import type { Told } from './webhook-request.js';
import { type Batches, GIVE_UP_MS, type Result, WebhookSender } from './webhook-sender.js';

const TAKEN: Told = { result: 'taken' };
const FAILED: Told = { result: 'failed', reason: 'the answer has status 500' };
const GONE: Told = { result: 'gone', reason: 'the answer has status 410' };

/** Batches of one event each, and their results. */
class TestBatches implements Batches {
  readonly results: Result[] = [];
  isWritten = true;

  constructor(private readonly ids: string[]) {}

  async next(): Promise<readonly WebhookEvent[]> {
    return this.ids.slice(0, 1).map((id) => ({ id, type: 'message', timestamp: '', data: { channel: 'a' } }));
  }

  async settle(result: Result): Promise<boolean> {
    this.results.push(result);
    if (this.isWritten) this.ids.shift();
    return this.isWritten;
  }
}

let clock: TestClock;
let asked: string[];
let waits: number[];
let counted: (string | number)[][];
let stop: AbortController;
let mayTell: boolean;

beforeEach(() => {
  clock = new TestClock();
  [asked, waits, counted] = [[], [], []];
  stop = new AbortController();
  mayTell = true;
});

/** A sender whose pauses take no time; the receiver answers in this order, and then accepts everything. */
function senderOf(batches: Batches, answers: Told[] | (() => Told)): WebhookSender {
  return new WebhookSender(
    {
      clock,
      request: {
        send: async (events) => {
          asked.push(...events.map(({ id }) => id));
          return (typeof answers === 'function' ? answers() : answers.shift()) ?? TAKEN;
        },
      },
      reporter: {
        delivered: (events) => counted.push(['delivered', events]),
        failed: (reason, failures) => counted.push(['failed', failures, reason]),
        givenUp: (events, reason) => counted.push(['given_up', events, reason]),
      },
      pause: async (ms) => {
        waits.push(ms);
        clock.nowMs += ms;
      },
      random: () => 1,
    },
    batches,
    () => mayTell,
    stop.signal,
  );
}

test('sends the same batch until it is accepted, with growing waits, and only then the next one', async () => {
  const batches = new TestBatches(['a', 'b']);
  const answers = [FAILED, FAILED, FAILED];
  const sender = senderOf(batches, () => {
    const answer = answers.shift() ?? TAKEN;
    if (asked.length === 5) sender.finish();
    return answer;
  });
  await sender.run();
  expect(asked).toEqual(['a', 'a', 'a', 'a', 'b']);
  expect(waits).toEqual([1_000, 2_000, 4_000]);
  expect(batches.results).toEqual(['delivered', 'delivered']);
  expect(counted.map(([what]) => what)).toEqual(['failed', 'failed', 'failed', 'delivered', 'delivered']);
});

test('gives a batch up after an hour, and continues with the next one', async () => {
  const batches = new TestBatches(['a', 'b']);
  const sender = senderOf(batches, () => {
    if (asked.at(-1) !== 'b') return FAILED;
    sender.finish();
    return TAKEN;
  });
  await sender.run();
  expect(batches.results).toEqual(['given_up', 'delivered']);
  expect(clock.nowMs).toBeGreaterThanOrEqual(GIVE_UP_MS);
  expect(clock.nowMs).toBeLessThan(GIVE_UP_MS + 300_001);
  // Nine waits up to 256 s, and the rest of five minutes each.
  expect(asked.filter((id) => id === 'a').length).toBeLessThan(25);
  expect(counted.filter(([what]) => what === 'given_up')).toEqual([
    ['given_up', 1, 'the answer has status 500'],
  ]);
});

test('gives up at once what the receiver rejects permanently, and pauses for a while', async () => {
  const batches = new TestBatches(['a', 'b']);
  const sender = senderOf(batches, () => {
    if (asked.length === 1) return GONE;
    sender.finish();
    return TAKEN;
  });
  await sender.run();
  expect(batches.results).toEqual(['given_up', 'delivered']);
  expect(waits).toEqual([300_000]);
});

test('ends with the first failed attempt once it is to finish, and leaves the batch', async () => {
  const batches = new TestBatches(['a']);
  const sender = senderOf(batches, () => FAILED);
  sender.finish();
  await sender.run();
  expect([asked, batches.results]).toEqual([['a'], []]);
});

test('sends nothing once another hub may send', async () => {
  const batches = new TestBatches(['a', 'b']);
  const sender = senderOf(batches, () => {
    mayTell = false;
    return FAILED;
  });
  await sender.run();
  expect([asked, batches.results]).toEqual([['a'], []]);
});

test('is not in a hurry with what could not be written down', async () => {
  const batches = new TestBatches(['a']);
  batches.isWritten = false;
  const sender = senderOf(batches, () => {
    if (asked.length === 3) {
      batches.isWritten = true;
      sender.finish();
    }
    return TAKEN;
  });
  await sender.run();
  expect(asked).toEqual(['a', 'a', 'a']);
  expect(waits).toEqual([5_000, 5_000]);
});

test('waits for something to send, and ends at a stop', async () => {
  const ids: string[] = [];
  const batches = new TestBatches(ids);
  const sender = senderOf(batches, [TAKEN]);
  const ended = sender.run();
  ids.push('a');
  sender.wake();
  while (batches.results.length === 0) await new Promise(setImmediate);
  stop.abort();
  await ended;
  expect(asked).toEqual(['a']);
});
