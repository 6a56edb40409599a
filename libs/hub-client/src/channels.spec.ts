import { describe, expect, test } from '@jest/globals';
import { TestBench, watch } from './testing/test-bench.js';

const done = { value: undefined };

describe('the channels of a client', () => {
  test('are those of the URL, or those of its options', () => {
    const url = 'ws://hub/ws?channel=lobby';
    expect(new TestBench({ url }).client.channels).toEqual(['lobby']);
    expect(new TestBench({ url, channels: ['a', 'b'] }).client.channels).toEqual(['a', 'b']);
    expect(new TestBench({ url, channels: [] }).client.channels).toEqual([]);
    expect(() => new TestBench({ channels: ['a', ''] })).toThrow('"" is not a channel name');
  });

  test('change when the hub confirms it, in the order of the questions', async () => {
    const bench = new TestBench().goLive();
    const [more, fewer] = [watch(bench.client.subscribe('a', 'b')), watch(bench.client.unsubscribe('main'))];
    expect(bench.last.read()).toEqual([
      { type: 'subscribe', channels: ['a', 'b'] },
      { type: 'unsubscribe', channels: ['main'] },
    ]);
    bench.last.say({ type: 'subscribed', channels: ['a', 'b'], position: 'e-10' });
    expect([await more(), await fewer()]).toEqual([done, 'pending']);
    bench.last.say({ type: 'unsubscribed', channels: ['main'], position: 'e-10' });
    expect(await fewer()).toEqual(done);
    expect(bench.client.channels).toEqual(['a', 'b']);
  });

  test('survive a reconnect, with the changes that were not confirmed', async () => {
    const bench = new TestBench().goLive();
    const asked = watch(bench.client.subscribe('a'));
    bench.last.end({ code: 1006, reason: '' });
    const offline = watch(bench.client.unsubscribe('main'));
    expect(bench.comeBack()).toMatchObject({ type: 'hello', channels: ['a'] });
    const late = watch(bench.client.subscribe('b'));
    expect(bench.last.read()).toEqual([]);
    bench.welcome();
    expect([await asked(), await offline(), await late()]).toEqual([done, done, 'pending']);
    expect(bench.last.read()).toEqual([{ type: 'subscribe', channels: ['b'] }]);
  });

  test('stay as they were when the hub refuses', async () => {
    const bench = new TestBench().goLive();
    const outcome = watch(bench.client.subscribe('main', 'secret'));
    bench.last.say({ type: 'error', code: 'forbidden', message: 'not yours' });
    expect(await outcome()).toMatchObject({ error: { code: 'forbidden' } });
    expect(bench.client.channels).toEqual(['main']);
    expect(bench.told('error')).toEqual([]);
  });

  test('keep a confirmed change after a refused one of the same names', async () => {
    const bench = new TestBench().goLive();
    const outcomes = [bench.client.subscribe('a', 'b'), bench.client.subscribe('a')].map(watch);
    bench.last.say({ type: 'error', code: 'bad_request', message: 'no' });
    expect(bench.client.channels).toEqual(['main', 'a']);
    bench.last.say({ type: 'subscribed', channels: ['a'], position: 'e-10' });
    expect(await outcomes[0]?.()).toMatchObject({ error: { code: 'bad_request' } });
    expect(await outcomes[1]?.()).toEqual(done);
    expect(bench.comeBack()).toMatchObject({ channels: ['main', 'a'] });
  });

  test('are as they were before a change for which the hub has sent the client away', async () => {
    const bench = new TestBench().goLive();
    bench.last.end({ code: 1006, reason: '' });
    const outcomes = [bench.client.subscribe('secret'), bench.client.unsubscribe('main')].map(watch);
    expect(bench.comeBack()).toMatchObject({ channels: ['secret'] });
    bench.last.end({ code: 4400, reason: 'hello: not yours' });
    for (const outcome of outcomes) expect(await outcome()).toMatchObject({ error: expect.any(Error) });
    expect(bench.client.channels).toEqual(['main']);
    expect(bench.greet()).toMatchObject({ channels: ['main'] });
  });

  test('are not changed by an unsolicited confirmation', async () => {
    const bench = new TestBench();
    const outcome = watch(bench.client.subscribe('a'));
    bench.client.start();
    bench.last.accept('hub.v1');
    bench.welcome();
    expect(await outcome()).toEqual(done);
    bench.last.say({ type: 'subscribed', channels: ['b'], position: 'e-10' });
    expect(bench.client.channels).toEqual(['main', 'a']);
  });

  test('are not changed by a refused session', async () => {
    const bench = new TestBench({ session: 'forged' });
    const outcome = watch(bench.client.subscribe('a'));
    bench.greet();
    bench.last.say({ type: 'error', code: 'bad_session', message: 'no' });
    expect(bench.last.read()).toEqual([{ type: 'hello', channels: ['main', 'a'] }]);
    bench.welcome();
    expect(await outcome()).toEqual(done);
  });

  test('are not changed by a bad name', async () => {
    const bench = new TestBench().goLive();
    await expect(bench.client.subscribe('a', '.')).rejects.toThrow('"." is not a channel name');
    expect(bench.client.channels).toEqual(['main']);
    expect(bench.last.read()).toEqual([]);
  });

  test('need no answer where nothing was asked', async () => {
    const bench = new TestBench().goLive();
    await bench.client.subscribe();
    expect(bench.last.read()).toEqual([]);
  });

  test('are not waited for when the client closes', async () => {
    const bench = new TestBench().goLive();
    const outcome = watch(bench.client.subscribe('a'));
    void bench.client.close();
    expect(await outcome()).toMatchObject({ error: { message: 'the client was closed' } });
    await expect(bench.client.subscribe('b')).rejects.toThrow('the client was closed');
  });
});
