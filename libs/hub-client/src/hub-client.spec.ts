import { beforeEach, describe, expect, test } from '@jest/globals';
import { HubClient } from './hub-client.js';
import { TestTimers } from './testing/test-timers.js';
import { LOST, TestTransport } from './testing/test-transport.js';

const ENVELOPE = '{"client_id":"a","timestamp":1,"content":"hi"}';

describe('the connection of a client', () => {
  let timers: TestTimers;
  let opened: TestTransport[];
  let client: HubClient;
  let events: unknown[][];
  beforeEach(() => {
    timers = new TestTimers();
    opened = [];
    events = [];
    client = new HubClient({
      url: 'ws://hub/ws',
      initialMs: 1_000,
      maxMs: 8_000,
      silenceTimeoutMs: 60_000,
      timers,
      random: () => 0.5,
      open: (_url, protocols, listener) => {
        const transport = new TestTransport(protocols, listener);
        opened.push(transport);
        return transport;
      },
    });
    const names = [
      'connecting',
      'connected',
      'message',
      'malformed',
      'disconnected',
      'reconnecting',
      'stopped',
    ] as const;
    for (const name of names) client.on(name, (...args: unknown[]) => events.push([name, ...args]));
  });

  const last = () => opened.at(-1) as TestTransport;
  const waits = () => events.filter(([name]) => name === 'reconnecting').map(([, , delayMs]) => delayMs);
  function startAndOpen(): void {
    client.start();
    last().accept();
  }

  test.each(['ws://hub/ws#here', 'ws://hub/ws#', 'http://hub/ws', 'hub/ws', ''])(
    'is refused from the beginning with the URL "%s"',
    (url) => {
      expect(() => new HubClient({ url })).toThrow(/URL|ws:|fragment/);
    },
  );

  test('connects and reports its client id', () => {
    startAndOpen();
    expect(events).toEqual([
      ['connecting', 1],
      ['connected', { clientId: 'me', dialect: 'plain', recovered: true, newIdentity: false }],
    ]);
  });

  test('reconnects forever, with waits that double up to the maximum', () => {
    client.start();
    for (let attempt = 0; attempt < 6; attempt++) {
      last().end(LOST);
      timers.pass(8_000);
    }
    expect(waits()).toEqual([500, 1_000, 2_000, 4_000, 4_000, 4_000]);
    expect(opened).toHaveLength(7);
  });

  test('forgets failed attempts after 10 s of stable connection, not before', () => {
    for (const heldMs of [9_999, 10_000]) {
      client.start();
      last().end({ ...LOST, error: new Error('refused') });
      timers.pass(8_000);
      last().accept();
      timers.pass(heldMs);
      last().end(LOST);
      timers.pass(8_000);
    }
    expect(waits()).toEqual([500, 1_000, 2_000, 500]);
  });

  test('considers a silent hub gone, and any byte a sign of life', () => {
    startAndOpen();
    timers.pass(59_999);
    last().listener.alive();
    timers.pass(59_999);
    expect(client.connected).toBe(true);
    timers.pass(101);
    expect(client.connected).toBe(false);
    expect(waits()).toHaveLength(1);
    expect(events).toContainEqual([
      'disconnected',
      { ...LOST, error: new Error('nothing was received from the hub for 60000 ms') },
    ]);
  });

  test('that was stalled itself reads what arrived in the meantime before it considers the hub gone', () => {
    startAndOpen();
    timers.pass(60_000);
    last().listener.alive();
    timers.pass(59_999);
    expect(client.connected).toBe(true);
  });

  test.each([1000, 1002, 1003, 1007, 1008, 1009, 4400, 4401, 4403])(
    'stops after the close code %d',
    (code) => {
      startAndOpen();
      last().end({ code, reason: '' });
      expect(events.at(-1)).toEqual(['stopped', { code, reason: '' }]);
      expect(timers.pending).toBe(0);
    },
  );

  test.each([400, 401, 403, 404, 405, 426])('stops after the HTTP answer %d', (httpStatus) => {
    client.start();
    last().end({ ...LOST, httpStatus });
    expect(events.at(-1)?.[0]).toBe('stopped');
  });

  test.each([1001, 1005, 1006, 1011, 1012, 4408, 4999])('reconnects after the close code %d', (code) => {
    startAndOpen();
    last().end({ code, reason: '' });
    expect(waits()).toEqual([500]);
  });

  test('stays away for 5 s from a hub that said "try again later"', () => {
    startAndOpen();
    last().end({ code: 1013, reason: '' });
    expect(waits()).toEqual([5_500]);
  });

  test('spreads its return over the time that a hub advised that ends', () => {
    startAndOpen();
    last().end({ code: 1012, reason: 'reconnect in 6000 ms' });
    expect(waits()).toEqual([3_000]);
  });

  test('honours Retry-After', () => {
    client.start();
    last().end({ ...LOST, httpStatus: 503, retryAfterMs: 20_000 });
    expect(waits()).toEqual([20_500]);
  });

  test('does not reconnect at once when it is asked to stay away for longer than a timer can wait', () => {
    client.start();
    last().end({ ...LOST, httpStatus: 503, retryAfterMs: 1e12 });
    expect(waits()).toEqual([2 ** 31 - 1]);
  });

  test('can be started again after it was stopped', () => {
    startAndOpen();
    last().end({ code: 1008, reason: '' });
    client.start();
    expect(opened).toHaveLength(2);
  });

  test('reports what it cannot parse, and continues', () => {
    startAndOpen();
    last().listener.received('nonsense');
    last().listener.receivedBinary(3);
    last().listener.received(ENVELOPE);
    expect(events.slice(2)).toEqual([
      ['malformed', 'nonsense', expect.any(Error)],
      ['malformed', '', new Error('a binary message of 3 bytes')],
      ['message', { channel: 'main', ...JSON.parse(ENVELOPE) }],
    ]);
  });

  test('closes with 1000, and does not reconnect', async () => {
    startAndOpen();
    const closed = client.close();
    expect(last().closedWith).toBe(1000);
    last().end({ code: 1000, reason: '' });
    await closed;
    expect(timers.pending).toBe(0);
    expect(events.at(-1)?.[0]).toBe('disconnected');
  });

  test('cuts a hub off that does not answer its close', async () => {
    startAndOpen();
    const closed = client.close();
    timers.pass(5_000);
    await closed;
    expect(timers.pending).toBe(0);
  });

  test('can be closed while it waits, while it connects, and twice', async () => {
    client.start();
    const connecting = Promise.all([client.close(), client.close()]);
    last().end(LOST);
    await connecting;
    client.start();
    last().end(LOST);
    await client.close();
    expect(timers.pending).toBe(0);
    expect(opened).toHaveLength(2);
  });

  test('that is started while it closes connects again afterwards', async () => {
    startAndOpen();
    const closed = client.close();
    client.start();
    last().end({ code: 1000, reason: '' });
    await closed;
    expect(opened).toHaveLength(2);
  });
});
