import { describe, expect, test } from '@jest/globals';
import { TestBench, watch } from './testing/test-bench.js';
import { TokenGiver, turn } from './testing/token-giver.js';

const REFUSED = { type: 'error', code: 'forbidden', message: 'another user' };
const position = 'e-10';

/** A client that was welcomed with the token `t1`, by a hub that may be silent for long. */
async function live(expires_in?: number, options = {}) {
  const giver = new TokenGiver();
  const bench = new TestBench({ token: giver.token, silenceTimeoutMs: 2 ** 41, ...options });
  bench.client.start();
  await giver.give('t1');
  bench.last.accept('hub.v1');
  bench.welcome({ expires_in });
  bench.last.read();
  return { giver, bench };
}

/** A client that has sent the hub its second token. */
async function renewing() {
  const { giver, bench } = await live(100_000);
  bench.timers.pass(65_000);
  await giver.give('t2');
  expect(bench.last.read().at(-1)).toEqual({ type: 'auth', token: 't2' });
  return { giver, bench };
}

describe('a token that expires', () => {
  test.each([
    [0, 50_000],
    [0.5, 65_000],
    [0.999_999, 80_000],
  ])('is renewed at a random moment between 50 %% and 80 %% of its life (%d)', async (random, atMs) => {
    const { giver, bench } = await live(100_000, { random: () => random });
    bench.timers.pass(atMs - 1);
    expect(giver.asked).toEqual(['connect']);
    bench.timers.pass(1);
    await turn();
    expect(giver.asked).toEqual(['connect', 'expiring']);
  });

  test('is renewed again by the new expiry of the hub, on the same connection', async () => {
    const { giver, bench } = await renewing();
    bench.last.say({ type: 'authorized', user: 'ann', expires_in: 10_000 });
    expect(bench.client.user).toBe('ann');
    bench.timers.pass(6_500);
    await giver.give('t3');
    expect(bench.last.read().at(-1)).toEqual({ type: 'auth', token: 't3' });
    expect(bench.opened).toHaveLength(1);
    expect(bench.told('tokenFailed')).toEqual([]);
  });

  test('is shown on the next connection once the hub has accepted it, and not before', async () => {
    for (const answer of [[], [{ type: 'authorized', expires_in: 100_000 }]]) {
      const { giver, bench } = await renewing();
      for (const message of answer) bench.last.say(message);
      bench.last.end();
      bench.timers.pass(1_000);
      bench.last.accept('hub.v1');
      expect(bench.last.read()).toMatchObject([{ type: 'hello', token: answer.length === 0 ? 't1' : 't2' }]);
      expect(giver.asked).toEqual(['connect', 'expiring']);
    }
  });

  test.each([
    ['after a second at the earliest', 1, 1_000],
    ['after as long as a timer can wait at the latest', 2 ** 40, 2 ** 31 - 1],
  ])('is renewed %s', async (_name, expiresIn, atMs) => {
    const { giver, bench } = await live(expiresIn);
    bench.timers.pass(atMs - 1);
    expect(giver.asked).toEqual(['connect']);
    bench.timers.pass(1);
    await turn();
    expect(giver.asked).toEqual(['connect', 'expiring']);
  });

  test('is not renewed if the hub sends no expiry, or the token is a text', async () => {
    const { bench } = await live();
    const text = new TestBench({ token: 'text' }).goLive({ expires_in: 1_000 });
    // What remains is the silence watch.
    for (const each of [bench, text]) expect(each.timers.pending).toBe(1);
  });

  test('is not renewed after the end of its connection', async () => {
    const { bench } = await live(100_000);
    void bench.client.close();
    await turn();
    bench.last.end({ code: 1000, reason: '' });
    await turn();
    expect(bench.timers.pending).toBe(0);
  });

  test('is not shown to a connection that began after it was asked for', async () => {
    const { giver, bench } = await live(100_000);
    bench.timers.pass(65_000);
    bench.last.end();
    bench.timers.pass(500);
    bench.last.accept('hub.v1');
    bench.welcome({ expires_in: 34_500 });
    bench.last.read();
    await giver.give('t2');
    expect(bench.last.read()).toEqual([]);
  });

  test('is requested repeatedly until it expires while the function fails; the connection continues', async () => {
    const { giver, bench } = await live(10_000);
    bench.timers.pass(6_500);
    await giver.fail();
    for (let passed = 6_500; passed < 60_000; passed += 500) {
      bench.last.listener.alive();
      bench.timers.pass(500);
      await giver.fail();
    }
    expect(giver.asked.slice(1)).toEqual(['expiring', 'expiring', 'expiring']);
    expect(bench.told('tokenFailed')).toMatchObject(
      Array.from({ length: 3 }, () => [{ name: 'TokenError', message: 'no token: no network' }]),
    );
    expect([bench.client.connected, bench.told('disconnected')]).toEqual([true, []]);
  });

  test('is requested again when the hub rejects the new one or cannot verify it; the connection continues', async () => {
    const { giver, bench } = await renewing();
    bench.last.say(REFUSED);
    bench.timers.pass(1_000);
    await giver.give('t3');
    bench.last.say({ ...REFUSED, code: 'unavailable' });
    bench.timers.pass(1_000);
    await giver.give('t4');
    expect(bench.last.read()).toMatchObject([{ token: 't3' }, { token: 't4' }]);
    bench.last.say({ type: 'authorized', expires_in: 100_000 });
    expect(bench.told('tokenFailed')).toMatchObject([[{ code: 'forbidden' }], [{ code: 'unavailable' }]]);
    expect([bench.client.connected, bench.told('error'), bench.told('forbidden')]).toEqual([true, [], []]);
  });

  test('is refused in its place among the changes of channels', async () => {
    const { giver, bench } = await live(100_000);
    const [first, second] = ['a', 'b'].map((name) => watch(bench.client.subscribe(name)));
    bench.timers.pass(65_000);
    await giver.give('t2');
    const third = watch(bench.client.subscribe('c'));
    bench.last.say({ type: 'error', code: 'bad_request', message: 'the first' });
    expect(await first?.()).toMatchObject({ error: { code: 'bad_request' } });
    bench.last.say({ type: 'subscribed', channels: ['b'], position });
    expect(await second?.()).toEqual({ value: undefined });
    bench.last.say({ type: 'error', code: 'bad_request', message: 'the token' });
    expect(bench.told('tokenFailed')).toMatchObject([[{ message: 'bad_request: the token' }]]);
    expect(await third()).toBe('pending');
    bench.last.say({ type: 'error', code: 'bad_request', message: 'the third' });
    expect(await third()).toMatchObject({ error: { message: 'bad_request: the third' } });
    expect(bench.client.channels).toEqual(['main', 'b']);
  });

  test('is not what is meant by a refusal that names channels, or a key', async () => {
    const { bench } = await renewing();
    const changed = watch(bench.client.subscribe('a'));
    const published = watch(bench.client.publish('hi', { key: 'k1' }));
    bench.last.say({ ...REFUSED, channels: ['a'] });
    bench.last.say({ ...REFUSED, key: 'k1' });
    expect(await changed()).toMatchObject({ error: { code: 'forbidden' } });
    expect(await published()).toMatchObject({ error: { reason: 'forbidden' } });
    expect(bench.told('tokenFailed')).toEqual([]);
    bench.last.say(REFUSED);
    expect(bench.told('tokenFailed')).toHaveLength(1);
  });

  test('is answered while nothing else is read, because the loop lags behind', async () => {
    const { giver, bench } = await live(100_000);
    const pauses: string[] = [];
    Object.assign(bench.last, { pause: () => pauses.push('pause'), resume: () => pauses.push('resume') });
    bench.client.messages();
    for (let at = 11; at < 1_011; at++)
      bench.last.say({
        type: 'message',
        id: `e-${at}`,
        channel: 'main',
        client_id: 'x',
        timestamp: 1,
        content: '',
      });
    expect(pauses).toEqual(['pause']);
    bench.timers.pass(65_000);
    await giver.give('t2');
    expect(pauses).toEqual(['pause', 'resume']);
    bench.last.say({ type: 'authorized' });
    expect(pauses).toEqual(['pause', 'resume', 'pause']);
  });
});
