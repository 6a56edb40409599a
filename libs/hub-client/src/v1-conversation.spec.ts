import { describe, expect, test } from '@jest/globals';
import { TestBench } from './testing/test-bench.js';

const message = (sequence: number, content = `m${sequence}`) => ({
  type: 'message',
  id: `e-${sequence}`,
  channel: 'main',
  client_id: 'other',
  timestamp: 1,
  content,
});
const contents = (bench: TestBench) =>
  bench.told('message').map(([each]) => (each as { content: string }).content);

describe('a client of hub.v1', () => {
  test('offers hub.v1, and sends its hello before anything else', () => {
    const bench = new TestBench({ url: 'ws://hub/ws?channel=lobby' });
    expect(bench.greet()).toEqual({ type: 'hello', channels: ['lobby'] });
    expect(bench.last.protocols).toEqual(['hub.v1']);
    expect(bench.client.connected).toBe(false);
  });

  test('is connected with the welcome, and reports its client id', () => {
    const bench = new TestBench().goLive();
    expect(bench.events).toEqual([
      ['connecting', 1],
      ['connected', { clientId: 'c1', dialect: 'hub.v1', recovered: true, newIdentity: false }],
    ]);
    const { connected, clientId, session, position } = bench.client;
    expect({ connected, clientId, session, position }).toEqual({
      connected: true,
      clientId: 'c1',
      session: 's1',
      position: 'e-10',
    });
  });

  test('reconnects with its identity, from its position', () => {
    const bench = new TestBench().goLive();
    bench.last.say(message(12));
    expect(bench.comeBack()).toEqual({ type: 'hello', session: 's1', since: 'e-12', channels: ['main'] });
  });

  test('continues from the session and the position of another client', () => {
    const bench = new TestBench({ session: 's0', since: 'e-7', channels: ['a', 'b'] });
    expect(bench.greet()).toEqual({ type: 'hello', session: 's0', since: 'e-7', channels: ['a', 'b'] });
  });

  test.each([
    ['a message', message(12)],
    ['a position', { type: 'position', position: 'e-12' }],
    ['an own message in its place', { type: 'ack', key: 'unknown', id: 'e-12' }],
  ])('moves on with %s', (_name, said) => {
    const bench = new TestBench().goLive();
    bench.last.say(said);
    expect(bench.client.position).toBe('e-12');
  });

  test.each([
    ['an acknowledgement of what lies behind', { type: 'ack', key: 'unknown', id: 'e-2', duplicate: true }],
    ['a confirmed subscription', { type: 'subscribed', channels: ['a'], position: 'e-20' }],
    ['an error', { type: 'error', code: 'unavailable', message: '' }],
  ])('does not move with %s', (_name, said) => {
    const bench = new TestBench().goLive();
    bench.last.say(message(12));
    bench.last.say(said);
    expect(bench.client.position).toBe('e-12');
  });

  test('advances its position after all listeners have got a message', () => {
    const bench = new TestBench().goLive();
    const positions: unknown[] = [];
    bench.client.on('message', () => positions.push(bench.client.position));
    bench.last.say(message(12));
    expect([...positions, bench.client.position]).toEqual(['e-10', 'e-12']);
  });

  test('delivers a message that arrives twice once, and does not move its position back', () => {
    const bench = new TestBench().goLive();
    for (const sequence of [11, 12, 11, 12, 13]) bench.last.say(message(sequence));
    bench.last.say({ type: 'ack', key: 'unknown', id: 'e-12' });
    expect(contents(bench)).toEqual(['m11', 'm12', 'm13']);
    expect(bench.client.position).toBe('e-13');
  });

  test('gives messages in one shape, with their place and channel', () => {
    const bench = new TestBench().goLive();
    bench.last.say({ ...message(12), tomorrow: 'unknown keys are ignored' });
    const { type: _type, ...received } = message(12);
    expect(bench.told('message')).toEqual([[received]]);
  });

  test('reports that messages were missed, and continues from the head', () => {
    const bench = new TestBench().goLive();
    bench.comeBack();
    bench.welcome({ recovered: false, position: 'f-3' });
    expect(bench.told('gap')).toEqual([['e-10']]);
    expect(bench.client.position).toBe('f-3');
    bench.last.say(message(4));
    expect(contents(bench)).toEqual(['m4']);
  });

  test('reports no gap when everything was recovered', () => {
    const bench = new TestBench().goLive();
    bench.comeBack();
    bench.welcome({ position: 'e-10' });
    expect(bench.told('gap')).toEqual([]);
  });

  test('whose session is rejected sends its hello once more without it, keeps its position, and reports the new identity', () => {
    const bench = new TestBench({ session: 'forged', since: 'e-7' });
    bench.greet();
    const refusal = { type: 'error', code: 'bad_session', message: 'no' };
    bench.last.say(refusal);
    expect(bench.last.read()).toEqual([{ type: 'hello', since: 'e-7', channels: ['main'] }]);
    bench.last.say(refusal);
    expect(bench.last.read()).toEqual([]);
    bench.welcome({ client_id: 'c2', session: 's2', position: 'e-7' });
    expect(bench.told('identity')).toEqual([['c2']]);
    expect(bench.told('connected')).toEqual([
      [{ clientId: 'c2', dialect: 'hub.v1', recovered: true, newIdentity: true }],
    ]);
    expect(bench.opened).toHaveLength(1);
    expect(bench.client.session).toBe('s2');
  });

  test('answers pings, and sends its own when nothing has arrived for a while', () => {
    const bench = new TestBench({ silenceTimeoutMs: 60_000 }).goLive();
    bench.last.say({ type: 'ping' });
    expect(bench.last.read()).toEqual([{ type: 'pong' }]);
    bench.timers.pass(30_000);
    expect(bench.last.read()).toEqual([{ type: 'ping' }]);
    bench.last.listener.alive();
    bench.timers.pass(59_999);
    expect(bench.last.read()).toEqual([{ type: 'ping' }]);
    expect(bench.client.connected).toBe(true);
    bench.timers.pass(101);
    expect(bench.client.connected).toBe(false);
  });

  test('cuts off a hub that never welcomes it, and does not count that as a success', () => {
    const bench = new TestBench();
    for (const wait of [500, 1_000]) {
      bench.greet();
      for (let at = 0; at < 15; at++) {
        bench.last.listener.alive();
        bench.timers.pass(1_000);
      }
      expect(bench.told('reconnecting').at(-1)?.[1]).toBe(wait);
      bench.timers.pass(wait);
    }
    expect(bench.told('disconnected')[0]).toMatchObject([
      { error: { message: 'no welcome within 15000 ms' } },
    ]);
  });

  test.each([
    ['no JSON', 'nonsense'],
    ['an unknown type', '{"type":"tomorrow"}'],
    ['a type of all objects', '{"type":"toString"}'],
    ['a message without an id', JSON.stringify({ ...message(12), id: undefined })],
    ['a second welcome', JSON.stringify({ type: 'welcome' })],
    ['null', 'null'],
  ])('reports %s, and continues', (_name, text) => {
    const bench = new TestBench().goLive();
    bench.last.listener.received(text);
    bench.last.say(message(13));
    expect(bench.told('malformed')).toEqual([[text, expect.any(Error)]]);
    expect(contents(bench)).toEqual(['m13']);
  });

  test('accepts no message before the welcome', () => {
    const bench = new TestBench();
    bench.greet();
    bench.last.say(message(12));
    expect(bench.told('malformed')).toHaveLength(1);
    expect(contents(bench)).toEqual([]);
  });

  test('reports errors that no promise rejects with', () => {
    const bench = new TestBench().goLive();
    bench.last.say({ type: 'error', code: 'bad_request', message: 'what?' });
    expect(bench.told('error')).toMatchObject([[{ code: 'bad_request', message: 'bad_request: what?' }]]);
  });

  test('stops after a bad hello', () => {
    const bench = new TestBench();
    bench.greet();
    bench.last.end({ code: 4400, reason: 'no' });
    expect(bench.told('stopped')).toHaveLength(1);
    expect(bench.timers.pending).toBe(0);
  });
});
