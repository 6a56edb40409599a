import { describe, expect, test } from '@jest/globals';
import { TestBench, watch } from './testing/test-bench.js';

const rejected = (reason: string) => ({ error: expect.objectContaining({ reason }) });
/** Resolves after all pending work is done. */
const turn = () => new Promise((resolve) => setImmediate(resolve));
const CLOSED = { code: 1000, reason: '' };

describe('closing a client', () => {
  test('waits for what was published, then closes with 1000', async () => {
    const bench = new TestBench().goLive();
    const published = watch(bench.client.publish('hi', { key: 'k1' }));
    const closed = watch(bench.client.close());
    expect(bench.last.closedWith).toBeUndefined();
    bench.last.say({ type: 'ack', key: 'k1', id: 'e-11' });
    expect(await published()).toEqual({ value: { id: 'e-11', duplicate: false } });
    expect(bench.last.closedWith).toBe(1000);
    expect(await closed()).toBe('pending');
    bench.last.end(CLOSED);
    expect(await closed()).toEqual({ value: undefined });
    expect(bench.timers.pending).toBe(0);
  });

  test('waits for 5 s; what was sent is of unknown outcome then, and the rest was not', async () => {
    const bench = new TestBench().goLive();
    const sent = watch(bench.client.publish('sent', { key: 'k1' }));
    bench.comeBack();
    const unsent = watch(bench.client.publish('unsent'));
    void bench.client.close();
    bench.timers.pass(4_999);
    expect(await sent()).toBe('pending');
    bench.timers.pass(1);
    expect([await sent(), await unsent()]).toEqual([rejected('outcome_unknown'), rejected('closed')]);
    expect(bench.told('outcomeUnknown')).toEqual([[['k1']]]);
    expect(bench.last.closedWith).toBe(1000);
  });

  test('reconnects for what was published, if that takes no more than 5 s', async () => {
    const bench = new TestBench({ maxMs: 2_000 }).goLive();
    const published = watch(bench.client.publish('hi', { key: 'k1' }));
    void bench.client.close();
    bench.last.end({ code: 1006, reason: '' });
    bench.timers.pass(1_000);
    bench.last.accept('hub.v1');
    bench.welcome();
    bench.last.say({ type: 'ack', key: 'k1', id: 'e-11' });
    expect(await published()).toEqual({ value: { id: 'e-11', duplicate: false } });
    expect(bench.last.closedWith).toBe(1000);
  });

  test('accepts no more messages', async () => {
    const bench = new TestBench().goLive();
    void bench.client.close();
    expect(await watch(bench.client.publish('late'))()).toEqual(rejected('closed'));
    bench.last.say({
      type: 'message',
      id: 'e-11',
      channel: 'main',
      client_id: 'x',
      timestamp: 1,
      content: '',
    });
    expect(bench.told('message')).toEqual([]);
    expect(bench.client.position).toBe('e-10');
  });

  test('does not wait for a client that was never started', async () => {
    const bench = new TestBench();
    const published = watch(bench.client.publish('hi'));
    await bench.client.close();
    expect(await published()).toEqual(rejected('closed'));
  });

  test('is undone by a start in the middle of it', async () => {
    const bench = new TestBench().goLive();
    void bench.client.publish('hi', { key: 'k1' });
    const closed = watch(bench.client.close());
    bench.client.start();
    bench.last.say({ type: 'ack', key: 'k1', id: 'e-11' });
    expect(await closed()).toBe('pending');
    bench.last.end(CLOSED);
    expect(await closed()).toEqual({ value: undefined });
    expect(bench.opened).toHaveLength(2);
  });

  test('does not reject what is published after a start in the middle of it', async () => {
    const bench = new TestBench().goLive();
    const early = watch(bench.client.publish('early', { key: 'k1' }));
    const closed = watch(bench.client.close());
    bench.client.start();
    const late = watch(bench.client.publish('late', { key: 'k2' }));
    bench.timers.pass(5_000);
    await turn();
    expect(bench.last.closedWith).toBe(1000);
    bench.last.end(CLOSED);
    expect([await closed(), await early(), await late()]).toEqual([
      { value: undefined },
      'pending',
      'pending',
    ]);
    bench.last.accept('hub.v1');
    bench.welcome();
    bench.last.say({ type: 'position', position: 'e-10' });
    for (const key of ['k1', 'k2']) bench.last.say({ type: 'ack', key, id: 'e-11' });
    expect(await late()).toEqual({ value: { id: 'e-11', duplicate: false } });
    expect(await early()).toMatchObject({ value: { duplicate: false } });
  });

  test('ends the loop that was there, and not one that began after a start in the middle of it', async () => {
    const bench = new TestBench().goLive();
    void bench.client.publish('hi', { key: 'k1' });
    const before = watch(bench.client.messages().next());
    void bench.client.close();
    bench.client.start();
    expect(await before()).toEqual({ value: { done: true, value: undefined } });
    const after = watch(bench.client.messages().next());
    bench.timers.pass(5_000);
    await turn();
    expect(bench.last.closedWith).toBe(1000);
    bench.last.end(CLOSED);
    expect(await after()).toBe('pending');
  });

  test('holds when a start in the middle of it is reverted', async () => {
    const bench = new TestBench().goLive();
    void bench.client.close();
    await turn();
    bench.client.start();
    const published = watch(bench.client.publish('hi'));
    const closed = watch(bench.client.close());
    bench.last.end(CLOSED);
    expect([await closed(), await published()]).toEqual([{ value: undefined }, rejected('closed')]);
    expect(bench.opened).toHaveLength(1);
    expect(bench.timers.pending).toBe(0);
  });

  test('follows when the hub asks not to reconnect: nothing waits, until a new start', async () => {
    const bench = new TestBench().goLive();
    const sent = watch(bench.client.publish('hi'));
    bench.last.end({ code: 1008, reason: 'flood' });
    expect(await sent()).toEqual(rejected('outcome_unknown'));
    expect(await watch(bench.client.publish('late'))()).toMatchObject({
      error: { reason: 'closed', message: 'the hub asked not to reconnect: 1008 flood' },
    });
    bench.client.start();
    expect(await watch(bench.client.publish('again'))()).toBe('pending');
  });
});
