import { describe, expect, test } from '@jest/globals';
import { TestBench, watch } from './testing/test-bench.js';

const done = { value: undefined };

describe('the channels of a client', () => {
  test('are those of the URL, or those that it is given', () => {
    const url = 'ws://hub/ws?channel=lobby';
    expect(new TestBench({ url }).client.channels).toEqual(['lobby']);
    expect(new TestBench({ url, channels: ['a', 'b'] }).client.channels).toEqual(['a', 'b']);
    expect(new TestBench({ url, channels: [] }).client.channels).toEqual([]);
    expect(() => new TestBench({ channels: ['a', ''] })).toThrow('"" is no name of a channel');
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
    await expect(bench.client.subscribe('a', '.')).rejects.toThrow('"." is no name of a channel');
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
