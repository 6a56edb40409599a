import { describe, expect, test } from '@jest/globals';
import { TestBench, watch } from './testing/test-bench.js';

const position = 'e-10';
const forbidden = { type: 'error', code: 'forbidden', message: 'not yours' };
const lost = { type: 'unsubscribed', position, reason: 'forbidden' };

describe('what a token does not allow', () => {
  test('is reported for a message, whose promise rejects; the others continue', async () => {
    const bench = new TestBench({ url: 'ws://hub/ws?channel=lobby' }).goLive();
    const outcomes = ['k1', 'k2', 'k3'].map((key, at) =>
      watch(bench.client.publish('hi', { key, ...(at === 0 && { channel: 'news' }) })),
    );
    for (const key of ['k1', 'k2']) bench.last.say({ ...forbidden, key });
    bench.last.say({ type: 'ack', key: 'k3', id: 'e-11' });
    expect(await outcomes[0]?.()).toMatchObject({ error: { name: 'PublishError', reason: 'forbidden' } });
    expect(await outcomes[2]?.()).toEqual({ value: { id: 'e-11', duplicate: false } });
    expect(bench.told('forbidden')).toEqual([
      [{ action: 'publish', channels: ['news'], reason: 'forbidden: not yours' }],
      [{ action: 'publish', channels: ['lobby'], reason: 'forbidden: not yours' }],
    ]);
    expect(bench.told('error')).toEqual([]);
  });

  test('is reported for a subscribe, whose promise rejects; nothing has changed', async () => {
    const bench = new TestBench().goLive();
    const outcome = watch(bench.client.subscribe('a', 'b'));
    bench.last.say({ ...forbidden, channels: ['b'] });
    expect(await outcome()).toMatchObject({ error: { code: 'forbidden' } });
    expect(bench.told('forbidden')).toEqual([
      [{ action: 'subscribe', channels: ['b'], reason: 'forbidden: not yours' }],
    ]);
    expect([bench.client.channels, bench.told('error')]).toEqual([['main'], []]);
  });

  test('is reported for channels of the hello, which the client leaves out from then on', () => {
    const bench = new TestBench({ channels: ['a', 'b', 'c'] });
    bench.greet();
    bench.welcome({ refused: ['a', 'c'] });
    const reason = 'the hub rejected these channels in the hello';
    expect(bench.events.map(([name]) => name)).toEqual(['connecting', 'connected', 'forbidden']);
    expect(bench.told('forbidden')).toEqual([[{ action: 'subscribe', channels: ['a', 'c'], reason }]]);
    expect(bench.client.channels).toEqual(['b']);
    expect(bench.comeBack()).toMatchObject({ channels: ['b'] });
  });

  test('rejects the changes that were asked for in the hello, as far as they are refused', async () => {
    const bench = new TestBench();
    const names = [['a', 'b'], ['c']];
    const outcomes = names.map((each) => watch(bench.client.subscribe(...each)));
    bench.greet();
    bench.welcome({ refused: ['a'] });
    expect(await outcomes[0]?.()).toMatchObject({ error: { code: 'forbidden' } });
    expect(await outcomes[1]?.()).toEqual({ value: undefined });
    expect(bench.client.channels).toEqual(['main', 'b', 'c']);
  });

  test('is reported for channels that the hub removes, which the client leaves out from then on', () => {
    const bench = new TestBench({ channels: ['a', 'b'] }).goLive();
    bench.last.say({ ...lost, channels: ['a'] });
    const reason = 'the token no longer allows these channels';
    expect(bench.told('forbidden')).toEqual([[{ action: 'subscribe', channels: ['a'], reason }]]);
    expect(bench.comeBack()).toMatchObject({ channels: ['b'] });
  });

  test('and is ended by the hub confirms no change of the client', async () => {
    const bench = new TestBench({ channels: ['a', 'b'] }).goLive();
    const [fewer, more] = [watch(bench.client.unsubscribe('a')), watch(bench.client.subscribe('b', 'c'))];
    bench.last.say({ ...lost, channels: ['a', 'b'] });
    expect([await fewer(), await more()]).toEqual(['pending', 'pending']);
    bench.last.say({ type: 'unsubscribed', channels: ['a'], position });
    expect(await fewer()).toEqual({ value: undefined });
    bench.last.say({ ...forbidden, channels: ['b'] });
    expect(await more()).toMatchObject({ error: { code: 'forbidden' } });
    expect(bench.client.channels).toEqual([]);
  });

  test('may be asked for again', async () => {
    const bench = new TestBench().goLive();
    bench.last.say({ ...lost, channels: ['main'] });
    const outcome = watch(bench.client.subscribe('main'));
    expect(bench.last.read()).toEqual([{ type: 'subscribe', channels: ['main'] }]);
    bench.last.say({ type: 'subscribed', channels: ['main'], position });
    expect(await outcome()).toEqual({ value: undefined });
    expect(bench.client.channels).toEqual(['main']);
  });
});
