import { describe, expect, test } from '@jest/globals';
import { TestBench, watch } from './testing/test-bench.js';
import { LOST } from './testing/test-transport.js';
import type { Ending } from './transport.js';

const UNANSWERED: Ending = { ...LOST, offerUnanswered: true, error: new Error('no subprotocol') };
const REFUSED: Ending = { ...LOST, error: new Error('ECONNREFUSED') };
const MISSED = { clientId: 'me', dialect: 'plain', recovered: false, newIdentity: false };

/** The offers of all attempts so far. */
const offers = (bench: TestBench) => bench.opened.map(({ protocols }) => protocols.join());

function end(bench: TestBench, ending: Ending): void {
  bench.last.end(ending);
  bench.timers.pass(30_000);
}

function fallBack(options = {}): TestBench {
  const bench = new TestBench(options);
  bench.client.start();
  bench.last.end(UNANSWERED);
  bench.last.accept();
  return bench;
}

describe('the fallback to plain', () => {
  test('follows at once when the offer was left unanswered, and is reported', () => {
    const bench = fallBack();
    expect(offers(bench)).toEqual(['hub.v1', '']);
    expect(bench.events.map(([name]) => name)).toEqual([
      'connecting',
      'disconnected',
      'connecting',
      'fallback',
      'connected',
    ]);
  });

  test('is reported once, and checked again on each new connection', () => {
    const bench = fallBack();
    for (let times = 0; times < 2; times++) {
      end(bench, LOST);
      bench.last.end(UNANSWERED);
      bench.last.accept();
      expect(bench.client.connected).toBe(true);
    }
    expect(offers(bench)).toEqual(['hub.v1', '', 'hub.v1', '', 'hub.v1', '']);
    expect(bench.told('fallback')).toHaveLength(1);
  });

  test('is undone when the hub has learned hub.v1: messages were missed then, the identity was not lost', async () => {
    const bench = fallBack({ since: 'e-7', channels: ['a'] });
    end(bench, LOST);
    bench.last.accept('hub.v1');
    expect(bench.last.read()).toEqual([{ type: 'hello', channels: ['a'] }]);
    bench.welcome();
    expect(bench.told('connected').at(-1)).toEqual([
      { clientId: 'c1', dialect: 'hub.v1', recovered: false, newIdentity: false },
    ]);
    expect(bench.told('gap')).toEqual([['e-7'], [undefined]]);
    expect(bench.told('identity')).toEqual([]);
    const published = watch(bench.client.publish('hi', { key: 'k1' }));
    expect(bench.last.read()).toEqual([{ type: 'publish', key: 'k1', content: 'hi' }]);
    expect(await published()).toBe('pending');
    const changed = watch(bench.client.subscribe('b'));
    bench.last.say({ type: 'subscribed', channels: ['b'], position: 'e-10' });
    expect(await changed()).toEqual({ value: undefined });
  });

  test('does not follow a handshake that failed for a known reason', () => {
    const bench = new TestBench();
    bench.client.start();
    end(bench, REFUSED);
    end(bench, { ...LOST, httpStatus: 503 });
    expect(offers(bench)).toEqual(['hub.v1', 'hub.v1', 'hub.v1']);
  });

  test('probes the hub now and then, while nothing opens without a reason', () => {
    const bench = new TestBench();
    bench.client.start();
    for (let times = 0; times < 6; times++) end(bench, LOST);
    expect(offers(bench)).toEqual(['hub.v1', 'hub.v1', '', 'hub.v1', 'hub.v1', '', 'hub.v1']);
    bench.last.accept('hub.v1');
    bench.welcome();
    expect(bench.told('connected')).toMatchObject([[{ dialect: 'hub.v1' }]]);
  });

  test('without a reason takes more failed offers after a probe has succeeded', () => {
    const bench = new TestBench();
    bench.client.start();
    for (let times = 0; times < 2; times++) end(bench, LOST);
    bench.last.accept();
    expect(bench.client.connected).toBe(false);
    for (let times = 0; times < 2; times++) end(bench, LOST);
    expect(offers(bench)).toEqual(['hub.v1', 'hub.v1', '', 'hub.v1', 'hub.v1', '']);
    bench.last.accept();
    expect(bench.client.connected).toBe(true);
    expect(bench.told('fallback')).toHaveLength(1);
    end(bench, LOST);
    end(bench, LOST);
    expect(offers(bench).slice(6)).toEqual(['hub.v1', '']);
  });

  test.each([0, 1])('does not happen where every second attempt fails (%d)', (first) => {
    const bench = new TestBench();
    bench.client.start();
    for (let at = first; at < 10 && !bench.client.connected; at++) {
      const { last } = bench;
      if (at % 2 === 0) end(bench, LOST);
      else last.accept(last.protocols.join());
      if (last.protocols.length > 0 && at % 2 === 1) bench.welcome();
    }
    expect(bench.told('connected')).toMatchObject([[{ dialect: 'hub.v1' }]]);
    expect(bench.told('fallback')).toEqual([]);
  });

  test('never happens after a first welcome', () => {
    const bench = new TestBench().goLive();
    for (const ending of [LOST, UNANSWERED, LOST, LOST]) end(bench, ending);
    bench.last.accept();
    expect(bench.client.connected).toBe(false);
    bench.timers.pass(30_000);
    expect(new Set(offers(bench))).toEqual(new Set(['hub.v1']));
    expect(bench.told('fallback')).toEqual([]);
  });

  test('does not make a client hurry that was admitted and then closed', () => {
    const bench = new TestBench();
    bench.client.start();
    for (let times = 0; times < 2; times++) end(bench, LOST);
    bench.last.accept();
    bench.last.accept('hub.v1');
    bench.last.end({ code: 1013, reason: '' });
    expect(bench.told('reconnecting').at(-1)?.[1]).toBeGreaterThanOrEqual(5_000);
  });
});

describe('a client of a hub that only supports plain', () => {
  test('publishes what waited for the first connection, and sends later messages at once', async () => {
    const bench = new TestBench();
    const early = watch(bench.client.publish('early'));
    bench.client.start();
    bench.last.accept();
    expect(await early()).toEqual({ value: { duplicate: false } });
    expect(await watch(bench.client.publish('later'))()).toEqual({ value: { duplicate: false } });
    expect(bench.last.sent).toEqual(['early', 'later']);
  });

  test('queues nothing while it is offline', async () => {
    const bench = fallBack();
    end(bench, LOST);
    bench.last.end(UNANSWERED);
    const offline = { error: expect.objectContaining({ reason: 'offline' }) };
    expect(await watch(bench.client.publish('too early'))()).toEqual(offline);
    bench.last.accept();
    expect(bench.last.sent).toEqual([]);
  });

  test('counts the content alone for the limit', async () => {
    const bench = fallBack();
    expect(await watch(bench.client.publish('x'.repeat(65_536)))()).toEqual({ value: { duplicate: false } });
    expect(await watch(bench.client.publish('x'.repeat(65_537)))()).toMatchObject({
      error: { reason: 'too_large' },
    });
  });

  test('reports the missing channels, and only delivers messages of the wanted ones', async () => {
    const bench = fallBack({ channels: ['a', 'b'] });
    expect(bench.told('fallback')).toEqual([[['a', 'b']]]);
    bench.last.say({ client_id: 'x', timestamp: 1, content: 'on main' });
    expect(bench.told('message')).toEqual([]);
    await expect(bench.client.subscribe('c')).rejects.toThrow('only plain');
    await expect(bench.client.publish('hi', { channel: 'a' })).rejects.toThrow('only plain');
    await expect(bench.client.publish('hi', { channel: 'main' })).resolves.toEqual({ duplicate: false });
  });

  test('rejects changes of channels that were waiting', async () => {
    const bench = new TestBench();
    const outcome = watch(bench.client.subscribe('c'));
    bench.client.start();
    bench.last.accept();
    expect(await outcome()).toMatchObject({ error: { message: expect.stringContaining('only plain') } });
  });

  test('reports a gap after each reconnect, since messages may have been missed', () => {
    const bench = fallBack();
    expect(bench.told('gap')).toEqual([]);
    end(bench, LOST);
    bench.last.end(UNANSWERED);
    bench.last.accept();
    expect(bench.told('gap')).toHaveLength(1);
    expect(bench.told('connected').at(-1)).toEqual([MISSED]);
  });

  test('drops messages while far too many wait for the loop, still publishes, and reports the gap', async () => {
    const bench = fallBack();
    const messages = bench.client.messages();
    const say = (content: string) => bench.last.say({ client_id: 'x', timestamp: 1, content });
    for (let at = 0; at < 4_010; at++) say(String(at));
    expect(await watch(bench.client.publish('hi'))()).toEqual({ value: { duplicate: false } });
    expect(bench.told('gap')).toEqual([]);
    for (let at = 0; at < 4_000; at++) expect((await messages.next()).value?.content).toBe(String(at));
    expect(bench.told('gap')).toHaveLength(1);
    say('after the gap');
    expect((await messages.next()).value?.content).toBe('after the gap');
    expect(bench.opened).toHaveLength(2);
  });

  test('reports a gap when it was to resume from a position', () => {
    expect(fallBack({ since: 'e-7' }).told('gap')).toEqual([['e-7']]);
  });

  test('does not consider a hub gone whose pings it cannot see', () => {
    const bench = new TestBench();
    bench.client.start();
    bench.last.hidesPings = true;
    bench.last.accept();
    bench.timers.pass(1_000_000);
    expect(bench.client.connected).toBe(true);
  });
});
