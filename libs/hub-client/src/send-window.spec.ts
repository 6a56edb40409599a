import { describe, expect, test } from '@jest/globals';
import { TestBench, watch } from './testing/test-bench.js';

const publish = (key: string) => ({ type: 'publish', key, content: 'hi' });
const full = { error: expect.objectContaining({ reason: 'full' }) };

/** Publishes a message under each of these keys. */
function say(bench: TestBench, ...keys: readonly string[]): void {
  for (const key of keys) void bench.client.publish('hi', { key });
}

const store = (bench: TestBench, key: string, id = 'e-11') => bench.last.say({ type: 'ack', key, id });
const refuse = (bench: TestBench, key: string) =>
  bench.last.say({ type: 'error', code: 'unavailable', message: 'no', key });

describe('the order of what a client publishes', () => {
  test('that is unavailable is sent again later with the same key, after growing waits', async () => {
    const bench = new TestBench().goLive();
    const outcome = watch(bench.client.publish('hi', { key: 'k1' }));
    for (const wait of [500, 1_000, 2_000]) {
      expect(bench.last.read()).toEqual([publish('k1')]);
      bench.last.say({ type: 'error', code: 'unavailable', message: 'no', key: 'k1' });
      bench.timers.pass(wait - 1);
      expect(bench.last.read()).toEqual([]);
      bench.timers.pass(1);
    }
    expect(bench.told('error')).toHaveLength(3);
    bench.last.say({ type: 'ack', key: 'k1', id: 'e-11' });
    expect(await outcome()).toEqual({ value: { id: 'e-11', duplicate: false } });
  });

  test('holds when the hub refuses several, whatever else is published meanwhile', () => {
    const waits = [0.9, 0.1, 0.5];
    const bench = new TestBench({ random: () => waits.shift() ?? 0.5 }).goLive();
    say(bench, 'k1', 'k2', 'k3');
    expect(bench.last.read()).toHaveLength(3);
    for (const key of ['k1', 'k2', 'k3']) refuse(bench, key);
    say(bench, 'k4');
    bench.timers.pass(899);
    expect(bench.last.read()).toEqual([]);
    bench.timers.pass(1);
    expect(bench.last.read()).toEqual([publish('k1')]);
    store(bench, 'k1');
    expect(bench.last.read()).toEqual(['k2', 'k3', 'k4'].map(publish));
    expect(bench.timers.pending).toBe(1);
  });

  test('begins again with the oldest alone, for as long as the hub refuses it', () => {
    const bench = new TestBench().goLive();
    say(bench, 'k1', 'k2');
    for (const wait of [500, 1_000, 2_000]) {
      bench.last.read();
      for (const key of ['k1', 'k2']) refuse(bench, key);
      bench.timers.pass(wait);
      expect(bench.last.read()).toEqual([publish('k1')]);
    }
  });

  test('begins again when all that is under way was answered', () => {
    const bench = new TestBench().goLive();
    say(bench, 'k1', 'k2', 'k3');
    bench.last.read();
    refuse(bench, 'k1');
    say(bench, 'k4');
    store(bench, 'k2');
    bench.timers.pass(500);
    expect(bench.last.read()).toEqual([]);
    refuse(bench, 'k3');
    bench.timers.pass(1_000);
    store(bench, 'k1');
    expect(bench.last.read()).toEqual(['k1', 'k3', 'k4'].map(publish));
  });

  test('holds on the next connection', () => {
    const bench = new TestBench().goLive();
    say(bench, 'k1', 'k2', 'k3');
    refuse(bench, 'k2');
    bench.comeBack();
    say(bench, 'k4');
    bench.welcome();
    bench.last.say({ type: 'position', position: 'e-10' });
    store(bench, 'k1');
    expect(bench.last.read()).toEqual(['k1', 'k2', 'k3', 'k4'].map(publish));
  });

  test('is not left to a hub that is slow to refuse: nothing follows a message that waits for 3 s', () => {
    const bench = new TestBench().goLive();
    say(bench, 'k1');
    bench.timers.pass(2_999);
    say(bench, 'k2');
    bench.timers.pass(1);
    say(bench, 'k3');
    expect(bench.last.read()).toEqual(['k1', 'k2'].map(publish));
    store(bench, 'k1');
    expect(bench.last.read()).toEqual([publish('k3')]);
  });

  test('is not kept up by a message that the hub will never store', async () => {
    const bench = new TestBench().goLive();
    const outcome = watch(bench.client.publish('hi', { key: 'k1' }));
    bench.timers.pass(3_000);
    say(bench, 'k2');
    bench.last.read();
    bench.last.say({ type: 'error', code: 'forbidden', message: 'no', key: 'k1' });
    expect(bench.last.read()).toEqual([publish('k2')]);
    expect(await outcome()).toMatchObject({ error: { reason: 'forbidden' } });
  });
});

describe('the keys of a client', () => {
  test('that may have to be sent again are followed by 2,048 at most, since a hub remembers 4,096', async () => {
    const bench = new TestBench().goLive();
    say(bench, 'oldest');
    for (let at = 0; at < 2_048; at++) {
      say(bench, `k${at}`);
      store(bench, `k${at}`, `e-${at + 11}`);
    }
    say(bench, 'waits');
    expect(bench.last.read()).toHaveLength(1 + 2_048);
    expect(await watch(bench.client.publish('now', { queue: false }))()).toEqual(full);
    bench.comeBack();
    bench.welcome();
    bench.last.say({ type: 'position', position: 'e-10' });
    expect(bench.last.read()).toEqual([publish('oldest')]);
    store(bench, 'oldest', 'e-9000');
    expect(bench.last.read()).toEqual([publish('waits')]);
  });

  test('are at most 1,000 that wait: one more is rejected with a reason', async () => {
    const bench = new TestBench().goLive();
    for (let at = 0; at < 1_000; at++) say(bench, `k${at}`);
    expect(await watch(bench.client.publish('one more'))()).toMatchObject({
      error: { reason: 'full', message: expect.stringContaining('1000 messages') },
    });
  });
});
