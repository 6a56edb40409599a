import { describe, expect, test } from '@jest/globals';
import { TestBench, watch } from './testing/test-bench.js';
import { LOST } from './testing/test-transport.js';
import { TokenGiver, turn } from './testing/token-giver.js';
import type { Ending } from './transport.js';

const UNANSWERED: Ending = { ...LOST, offerUnanswered: true, error: new Error('no subprotocol') };
const UNAUTHORIZED: Ending = { ...LOST, httpStatus: 401 };
const REJECTED: Ending = { code: 4401, reason: 'bad token' };
const EXPIRED: Ending = { code: 4410, reason: 'credentials expired' };

/** The tokens in the handshakes of all attempts so far. */
const inHandshakes = (bench: TestBench) => bench.opened.map(({ token }) => token);

/** A client with a token function, and the function. */
function ask(options = {}) {
  const giver = new TokenGiver();
  return { giver, bench: new TestBench({ token: giver.token, ...options }) };
}

/** The hub accepts the current connection, and reads the hello. */
function hello(bench: TestBench): unknown {
  bench.last.accept('hub.v1');
  return bench.last.read()[0];
}

/** A client that was welcomed with the token `t1`. */
async function live(fields = {}, options = {}) {
  const { giver, bench } = ask(options);
  bench.client.start();
  await giver.give('t1');
  hello(bench);
  bench.welcome(fields);
  return { giver, bench };
}

/** Everything that a listener, a log or a person may see. */
const seen = (bench: TestBench) =>
  JSON.stringify(bench.events, (_key, value) =>
    value instanceof Error ? [value.message, value.stack] : value,
  );

describe('a token', () => {
  test('travels in the hello, and not in a handshake that offers hub.v1', () => {
    const bench = new TestBench({ token: 'secret' });
    expect(bench.greet()).toEqual({ type: 'hello', token: 'secret', channels: ['main'] });
    bench.welcome();
    expect(bench.comeBack()).toMatchObject({ token: 'secret' });
    expect(inHandshakes(bench)).toEqual([undefined, undefined]);
  });

  test('travels in the hello that follows a refused session, too', () => {
    const bench = new TestBench({ token: 'secret', session: 'forged' });
    bench.greet();
    bench.last.say({ type: 'error', code: 'bad_session', message: 'no' });
    expect(bench.last.read()).toEqual([{ type: 'hello', token: 'secret', channels: ['main'] }]);
  });

  test('travels in the handshake of each attempt without an offer', async () => {
    const { giver, bench } = ask();
    bench.client.start();
    await giver.give('t1');
    bench.last.end(UNANSWERED);
    expect(inHandshakes(bench)).toEqual([undefined, 't1']);
    bench.last.accept();
    expect(bench.client.connected).toBe(true);
    bench.last.end();
    bench.timers.pass(30_000);
    await giver.give('t2');
    bench.last.end(UNANSWERED);
    expect(inHandshakes(bench)).toEqual([undefined, 't1', undefined, 't2']);
    expect(giver.asked).toEqual(['connect', 'connect']);
  });

  test('is sent to a hub that is only probed, where offers fail without a reason', () => {
    const bench = new TestBench({ token: 'secret' });
    bench.client.start();
    for (let times = 0; times < 2; times++) {
      bench.last.end(LOST);
      bench.timers.pass(30_000);
    }
    expect(inHandshakes(bench)).toEqual([undefined, undefined, 'secret']);
  });

  test('travels in the handshake, and there alone, to a hub that refuses handshakes without one', async () => {
    const { giver, bench } = ask();
    bench.client.start();
    await giver.give('t1');
    bench.last.end(UNAUTHORIZED);
    expect(inHandshakes(bench)).toEqual([undefined, 't1']);
    expect(hello(bench)).toEqual({ type: 'hello', channels: ['main'] });
    bench.welcome();
    expect(giver.asked).toEqual(['connect']);
    bench.last.end();
    bench.timers.pass(30_000);
    await giver.give('t2');
    expect(inHandshakes(bench)).toEqual([undefined, 't1', 't2']);
  });

  test('finds a hub that only supports plain and rejects handshakes without one', () => {
    const bench = new TestBench({ token: 'secret' });
    bench.client.start();
    for (const ending of [UNAUTHORIZED, UNANSWERED]) bench.last.end(ending);
    expect(bench.opened.map(({ protocols, token }) => [protocols.join(), token])).toEqual([
      ['hub.v1', undefined],
      ['hub.v1', 'secret'],
      ['', 'secret'],
    ]);
    bench.last.accept();
    expect(bench.told('connected')).toMatchObject([[{ dialect: 'plain' }]]);
  });

  test.each(['', 'two words', 'line\nbreak', 'ünicode', 'x'.repeat(4_097)])(
    'is rejected if it is invalid (%#), and the error does not contain it',
    (token) => {
      const rule = 'a token must be 1-4096 visible ASCII characters without spaces';
      expect(() => new TestBench({ token })).toThrow(new Error(rule));
      expect(() => new TestBench({ token: 'x'.repeat(4_096) })).not.toThrow();
    },
  );

  test('appears in no event', async () => {
    const { giver, bench } = await live({ expires_in: 10_000 });
    bench.timers.pass(6_500);
    await giver.give('t2 is none');
    bench.last.end(EXPIRED);
    await giver.give('t3');
    bench.last.end(UNANSWERED);
    await giver.give('no t4');
    expect(bench.told('tokenFailed')).toHaveLength(1);
    for (const token of ['"t1"', 't2', 't3', 't4']) expect(seen(bench)).not.toContain(token);
  });

  test('names the user', () => {
    const bench = new TestBench({ token: 'secret' });
    bench.greet();
    expect(bench.client.user).toBeUndefined();
    bench.welcome({ user: 'ann' });
    expect(bench.client.user).toBe('ann');
    bench.comeBack();
    bench.welcome();
    expect(bench.client.user).toBeUndefined();
  });

  test('names the user of a message', () => {
    const bench = new TestBench().goLive();
    const message = {
      type: 'message',
      id: 'e-11',
      channel: 'main',
      client_id: 'x',
      timestamp: 1,
      content: '',
    };
    bench.last.say({ ...message, user: 'ann' });
    bench.last.say({ ...message, id: 'e-12' });
    const [[first], [second]] = bench.told('message') as [[object], [object]];
    expect(first).toEqual({
      id: 'e-11',
      channel: 'main',
      client_id: 'x',
      user: 'ann',
      timestamp: 1,
      content: '',
    });
    expect(second).not.toHaveProperty('user');
  });
});

describe('a function that gets tokens', () => {
  test('is called for each attempt, and waited for however long it takes', async () => {
    const { giver, bench } = ask();
    bench.client.start();
    expect(bench.told('connecting')).toEqual([[1]]);
    bench.timers.pass(10_000_000);
    await turn();
    expect([giver.asked, bench.opened]).toEqual([['connect'], []]);
    await giver.give('t1');
    expect(hello(bench)).toMatchObject({ token: 't1' });
    bench.last.end();
    bench.timers.pass(30_000);
    await giver.give('t2');
    expect(hello(bench)).toMatchObject({ token: 't2' });
    expect(giver.asked).toEqual(['connect', 'connect']);
  });

  test('may answer at once', async () => {
    const bench = new TestBench({ token: (why) => `because ${why}`.replace(' ', '-') });
    bench.client.start();
    await turn();
    expect(hello(bench)).toMatchObject({ token: 'because-connect' });
  });

  test('is not asked while its last token is fresh, and is shortly before that expires', async () => {
    const { giver, bench } = await live({ expires_in: 60_000 });
    bench.last.end();
    bench.timers.pass(30_000);
    expect(hello(bench)).toMatchObject({ token: 't1' });
    expect(giver.asked).toEqual(['connect']);
    bench.welcome({ expires_in: 30_000 });
    bench.last.end();
    bench.timers.pass(1_000);
    bench.last.end();
    // The machine sleeps, so only the wall clock shows that the token is old.
    bench.timers.sleptMs = 24_000;
    bench.timers.pass(30_000);
    expect(giver.asked).toEqual(['connect', 'connect']);
  });

  test('that fails is called again after a wait that doubles, and the reason is reported', async () => {
    const { giver, bench } = ask();
    bench.client.start();
    await giver.fail();
    expect(bench.told('disconnected')).toMatchObject([
      [{ code: 1006, error: { name: 'TokenError', message: 'no token: no network' } }],
    ]);
    expect(bench.told('reconnecting')).toEqual([[1, 500]]);
    bench.timers.pass(500);
    await giver.fail();
    expect(bench.told('reconnecting')[1]).toEqual([2, 1_000]);
    bench.timers.pass(1_000);
    await giver.give('t1');
    expect(hello(bench)).toMatchObject({ token: 't1' });
  });

  test('that throws, or returns none, fails in the same way', async () => {
    const tokens = [() => Promise.reject('text'), () => '', () => undefined as unknown as string];
    tokens.push(() => {
      throw new Error('broken');
    });
    for (const [at, token] of tokens.entries()) {
      const bench = new TestBench({ token });
      bench.client.start();
      await turn();
      const message = ['the function failed', 'a token must be', 'a token must be', 'broken'][at];
      expect(bench.told('disconnected')).toMatchObject([
        [{ error: { message: expect.stringContaining(message as string) } }],
      ]);
      expect(bench.told('reconnecting')).toHaveLength(1);
    }
  });

  test('that fails says nothing about the dialect of the hub', async () => {
    const { giver, bench } = ask();
    bench.client.start();
    for (const token of ['t1', 't2', 't3']) {
      await giver.fail();
      bench.timers.pass(30_000);
      await giver.give(token);
      bench.last.end(LOST);
      bench.timers.pass(30_000);
    }
    // Two offers have failed without a reason.
    expect(bench.opened.map(({ protocols }) => protocols.join())).toEqual(['hub.v1', 'hub.v1', '']);
  });

  test('is not waited for after close, and called once at a time', async () => {
    const { giver, bench } = ask();
    const closed = () => watch(bench.client.close())();
    bench.client.start();
    expect(await closed()).toEqual({ value: undefined });
    bench.client.start();
    await turn();
    expect(await closed()).toEqual({ value: undefined });
    bench.client.start();
    await turn();
    expect(giver.asked).toEqual(['connect']);
    await giver.give('t1');
    expect(bench.opened).toHaveLength(1);
    expect(hello(bench)).toMatchObject({ token: 't1' });
    await closed();
    bench.last.end();
    await turn();
    expect(bench.timers.pending).toBe(0);
  });

  test('may be closed by a listener of the attempt', async () => {
    const { giver, bench } = ask();
    bench.client.on('connecting', () => void bench.client.close());
    bench.client.start();
    await turn();
    expect([giver.asked, bench.opened]).toEqual([[], []]);
  });
});

describe('a token that the hub rejects', () => {
  test.each([
    [4401, 'the hub asked not to reconnect: 4401 no'],
    [4403, 'the hub asked not to reconnect: 4403 no'],
    [4410, 'the hub asked not to reconnect: 4410 no'],
  ])('as a text ends the client with %d', async (code, message) => {
    const bench = new TestBench({ token: 'secret' }).goLive();
    bench.last.end({ code, reason: 'no' });
    expect(bench.told('stopped')).toEqual([[{ code, reason: 'no' }]]);
    expect(bench.timers.pending).toBe(0);
    expect(await watch(bench.client.publish('late'))()).toMatchObject({ error: { message } });
  });

  test('as a text causes the error that it has expired, where the hub gives no reason', () => {
    const bench = new TestBench({ token: 'secret' }).goLive();
    bench.last.end({ code: 4410, reason: '' });
    expect(bench.told('stopped')).toEqual([[{ code: 4410, reason: 'the token has expired' }]]);
  });

  test('as a text ends the client with HTTP 401 when it was shown there', () => {
    const bench = new TestBench({ token: 'secret' });
    bench.client.start();
    for (const _ of 'ab') bench.last.end(UNAUTHORIZED);
    expect(bench.told('stopped')).toEqual([[UNAUTHORIZED]]);
  });

  test.each([REJECTED, EXPIRED])('is requested again at once ($code)', async (ending) => {
    const { giver, bench } = await live({ expires_in: 3_600_000 });
    bench.last.end(ending);
    expect(bench.told('reconnecting')).toEqual([]);
    await turn();
    expect(giver.asked).toEqual(['connect', 'rejected']);
    await giver.give('t2');
    expect(hello(bench)).toMatchObject({ token: 't2' });
  });

  test('ends the client when the next one is rejected as well', async () => {
    const { giver, bench } = ask();
    bench.client.start();
    await giver.give('t1');
    hello(bench);
    bench.last.end(REJECTED);
    await giver.give('t2');
    bench.last.end(LOST);
    bench.timers.pass(30_000);
    await giver.give('t3');
    hello(bench);
    bench.last.end(REJECTED);
    expect(giver.asked).toEqual(['connect', 'rejected', 'connect']);
    expect(bench.told('stopped')).toEqual([[REJECTED]]);
    bench.client.start();
    await giver.give('t4');
    hello(bench);
    bench.last.end(REJECTED);
    await turn();
    expect(giver.asked).toEqual(['connect', 'rejected', 'connect', 'connect', 'rejected']);
  });

  test('ends the client when it is rejected in plain, in the handshake or after it', async () => {
    for (const refuse of [
      (bench: TestBench) => bench.last.end(UNAUTHORIZED),
      (bench: TestBench) => {
        bench.last.accept();
        bench.last.end(REJECTED);
      },
    ]) {
      const { giver, bench } = ask();
      bench.client.start();
      for (const token of ['bad', 'as-bad']) {
        await giver.give(token);
        bench.last.end(UNANSWERED);
        expect(bench.last.token).toBe(token);
        refuse(bench);
        await turn();
      }
      expect(giver.asked).toEqual(['connect', 'rejected']);
      expect(bench.told('stopped')).toHaveLength(1);
    }
  });

  test('is asked for again when it is rejected after another one was accepted', async () => {
    const { giver, bench } = await live();
    for (const token of ['t2', 't3']) {
      bench.last.end(REJECTED);
      bench.timers.pass(30_000);
      await giver.give(token);
      expect(hello(bench)).toMatchObject({ token });
      bench.welcome();
    }
    expect(giver.asked).toEqual(['connect', 'rejected', 'rejected']);
    expect(bench.told('reconnecting')).toHaveLength(1);
  });

  test('is not asked for at once again and again', async () => {
    const { giver, bench } = await live();
    bench.last.end(EXPIRED);
    await giver.give('t2');
    hello(bench);
    bench.last.end(EXPIRED);
    expect(bench.told('reconnecting')).toEqual([[1, 500]]);
    bench.timers.pass(500);
    await giver.give('t3');
    hello(bench);
    bench.welcome();
    bench.timers.pass(10_000);
    bench.last.end(EXPIRED);
    expect(bench.told('reconnecting')).toHaveLength(1);
    await giver.give('t4');
    expect(hello(bench)).toMatchObject({ token: 't4' });
  });

  test('is still the rejected one while the function fails', async () => {
    const { giver, bench } = await live();
    bench.last.end(REJECTED);
    await giver.fail();
    bench.timers.pass(30_000);
    await giver.give('t2');
    expect(giver.asked).toEqual(['connect', 'rejected', 'rejected']);
    expect(bench.told('stopped')).toEqual([]);
  });

  test('is not replaced by one that was asked for before the rejection', async () => {
    const { giver, bench } = await live({ expires_in: 10_000 });
    bench.timers.pass(6_500);
    bench.last.end(REJECTED);
    await turn();
    expect(giver.asked).toEqual(['connect', 'expiring']);
    await giver.give('of before');
    expect(giver.asked).toEqual(['connect', 'expiring', 'rejected']);
    await giver.give('t2');
    expect(hello(bench)).toMatchObject({ token: 't2' });
  });

  test('does not cost what was published: it is sent again after the return', async () => {
    const { giver, bench } = await live();
    const published = watch(bench.client.publish('hi', { key: 'k1' }));
    for (const ending of [EXPIRED, REJECTED]) {
      bench.last.end(ending);
      bench.timers.pass(30_000);
      await giver.give('t2');
      hello(bench);
    }
    bench.welcome({ position: 'e-10' });
    bench.last.say({ type: 'position', position: 'e-10' });
    expect(bench.last.read()).toEqual([{ type: 'publish', key: 'k1', content: 'hi' }]);
    bench.last.say({ type: 'ack', key: 'k1', id: 'e-11' });
    expect(await published()).toEqual({ value: { id: 'e-11', duplicate: false } });
  });
});
