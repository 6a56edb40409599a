import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { HttpStub, nextTurn, type StubRequest } from '@ws-hub/testing';
import { TestTimers } from '../testing/test-timers.js';
import { HubHttpClient, type HubHttpClientOptions } from './hub-http-client.js';
import type { ListenEvent } from './listen-events.js';
import type { ListenOptions } from './listening.js';

const MESSAGE = { channel: 'a', client_id: 'c', timestamp: 7, content: 'hi' };

function event(name: string, data: object, id?: string): string {
  const lines = [name && `event: ${name}`, id && `id: ${id}`, `data: ${JSON.stringify(data)}`];
  return `${lines.filter(Boolean).join('\n')}\n\n`;
}

const welcome = (position: string, recovered = true) =>
  `retry: 2000\n${event('welcome', { type: 'welcome', client_id: 'me', position, recovered }, position)}`;
const said = (id: string) => event('', { type: 'message', id, ...MESSAGE }, `${id}.proof`);
const message = (id: string) => ({
  type: 'message',
  lastEventId: `${id}.proof`,
  message: { id, ...MESSAGE },
});

describe('a listener over HTTP', () => {
  let hub: HttpStub;
  let timers: TestTimers;
  const leaving: (() => unknown)[] = [];
  beforeEach(async () => {
    hub = await HttpStub.start();
    timers = new TestTimers();
  });
  afterEach(async () => {
    for (const leave of leaving.splice(0)) await leave();
    await hub.stop();
  });

  function listen(options: Partial<ListenOptions> = {}, client: Partial<HubHttpClientOptions> = {}) {
    const ending = new AbortController();
    const all = { url: hub.url, apiKey: 'secret', timers, random: () => 0.5, ...client };
    const events = new HubHttpClient(all).listen({
      channels: ['a', 'b.c'],
      signal: ending.signal,
      ...options,
    });
    leaving.push(() => ending.abort());
    const next = async () => (await events.next()).value as ListenEvent;
    const take = async (count: number) => {
      const taken: ListenEvent[] = [];
      while (taken.length < count) taken.push(await next());
      return taken;
    };
    return { events, next, take, ending };
  }

  /** Resolves when the listener waits for the hub. */
  async function waiting(): Promise<void> {
    while (timers.pending === 0) await nextTurn();
  }

  /** Starts the next stream, while the listener waits for an event. */
  async function begin(waiting: Promise<unknown>, text: string): Promise<StubRequest> {
    const request = await hub.next();
    request.stream(text);
    await waiting;
    return request;
  }

  test('yields messages once and in order, and resumes where it was cut off', async () => {
    const { take, next } = listen();
    const first = take(2);
    const request = await begin(first, welcome('p-0') + said('p-1'));
    expect(request.line).toBe('GET /v1/events?channel=a&channel=b.c');
    expect(request.headers).toMatchObject({ accept: 'text/event-stream', authorization: 'Bearer secret' });
    expect(request.headers).not.toHaveProperty('last-event-id');
    expect(await first).toEqual([{ type: 'connected', lastEventId: 'p-0', clientId: 'me' }, message('p-1')]);
    const broken = next();
    request.stream(`${said('p-2').slice(0, -1)}`);
    request.cut();
    expect(await broken).toMatchObject({ type: 'disconnected', delayMs: 500, error: { status: undefined } });
    const again = take(3);
    timers.pass(500);
    const second = await begin(again, `${welcome('p-1')}${said('p-2')}${event('position', {}, 'p-5')}`);
    expect(second.headers).toMatchObject({ 'last-event-id': 'p-1.proof' });
    expect((await again).slice(1)).toEqual([message('p-2'), { type: 'position', lastEventId: 'p-5' }]);
    second.response.end();
    expect(await next()).toMatchObject({ type: 'disconnected', error: { message: 'the connection broke' } });
  });

  test('resumes after the given id, and reports a gap once', async () => {
    const { take } = listen({ since: 'p-7' });
    const heard = take(3);
    const gap = event('gap', { type: 'gap', position: 'p-9' }, 'p-9');
    const request = await begin(heard, welcome('p-9', false) + gap + said('p-10'));
    expect(request.headers['last-event-id']).toBe('p-7');
    expect((await heard).map(({ type }) => type)).toEqual(['connected', 'gap', 'message']);
  });

  test('ignores comments and events of a later version, and reports what it cannot parse', async () => {
    const { take } = listen();
    const heard = take(3);
    await begin(heard, `${welcome('p-0')}:\n\n${event('news', {}, 'p-1')}data: {"type":1}\n\n${said('p-2')}`);
    expect((await heard).slice(1)).toEqual([
      { type: 'malformed', lastEventId: 'p-1', text: '{"type":1}' },
      message('p-2'),
    ]);
  });

  test('reconnects when the hub says so', async () => {
    const { take, next } = listen();
    const first = take(1);
    const request = await begin(first, welcome('p-0'));
    const gone = next();
    request.stream(`retry: 1234\n${event('closed', { type: 'closed', code: 1012, reason: 'bye' })}`);
    expect(await gone).toMatchObject({
      ...{ type: 'disconnected', delayMs: 1_234 },
      error: { closeCode: 1012, message: 'closed with 1012 bye' },
    });
  });

  test('waits longer and longer while it is rejected, and as long as the hub asks', async () => {
    const { next } = listen();
    for (const [status, delayMs] of [
      [503, 500],
      [429, 8_000],
      [500, 2_000],
    ] as const) {
      const told = next();
      timers.pass(8_000);
      (await hub.next()).problem(status, 'not now', status === 429 ? { 'retry-after': '7' } : {});
      expect(await told).toMatchObject({ type: 'disconnected', delayMs });
    }
  });

  test.each([
    [400, false],
    [401, true],
    [403, true],
    [404, false],
    [204, false],
  ])('ends with an error when it is answered %d', async (status, isAccess) => {
    const { events } = listen();
    const end = events.next();
    (await hub.next()).response.writeHead(status).end();
    await expect(end).rejects.toMatchObject({ name: 'HubHttpError', status, meansNoAccess: isAccess });
  });

  test.each([4401, 4403, 1008])('ends with an error when the hub closes with %d', async (code) => {
    const { take, events } = listen();
    const first = take(1);
    const request = await begin(first, welcome('p-0'));
    request.stream(event('closed', { type: 'closed', code, reason: '' }));
    await expect(events.next()).rejects.toMatchObject({ closeCode: code, meansNoAccess: code !== 1008 });
  });

  test('ends with an error when the response is not an event stream', async () => {
    const { events } = listen();
    const end = events.next();
    (await hub.next()).answer({});
    await expect(end).rejects.toThrow('the server is not a ws-hub');
  });

  test('ends with an error when an event is too long', async () => {
    const { take, events } = listen({ maxEventLength: 500 });
    const first = take(1);
    const request = await begin(first, welcome('p-0'));
    request.stream(`data: ${'x'.repeat(500)}`);
    await expect(events.next()).rejects.toThrow('an event has more than 500 characters');
    await request.closed();
  });

  test('requests another token at once when its own has expired, and ends when there is none', async () => {
    const tokens = ['first', 'second'];
    const { take, next, events } = listen({}, { apiKey: undefined, token: () => tokens.shift() ?? 'second' });
    const expired = event('expired', { type: 'expired', code: 4410, reason: 'credentials expired' });
    const first = take(2);
    const request = await begin(first, welcome('p-0') + said('p-1') + expired);
    expect(request.headers.authorization).toBe('Bearer first');
    expect(await next()).toMatchObject({ type: 'disconnected', delayMs: 0, error: { closeCode: 4410 } });
    const again = take(1);
    timers.pass(0);
    const second = await begin(again, welcome('p-1'));
    expect(second.headers).toMatchObject({ authorization: 'Bearer second', 'last-event-id': 'p-1.proof' });
    second.cut();
    expect(await next()).toMatchObject({ type: 'disconnected' });
    const end = events.next();
    timers.pass(30_000);
    (await hub.next()).problem(401, 'expired');
    await expect(end).rejects.toMatchObject({ status: 401 });
  });

  test('considers a silent hub gone, but not while its own loop does not read', async () => {
    const { take, next } = listen({ silenceTimeoutMs: 60_000 });
    const first = take(1);
    const request = await begin(first, welcome('p-0') + said('p-1'));
    timers.pass(100_000);
    expect(await next()).toEqual(message('p-1'));
    const gone = next();
    await waiting();
    timers.pass(59_999);
    request.stream(said('p-2'));
    expect(await gone).toEqual(message('p-2'));
    const silent = next();
    await waiting();
    timers.pass(60_000);
    expect(await silent).toMatchObject({
      type: 'disconnected',
      error: { message: 'nothing was received for 60000 ms' },
    });
    await request.closed();
  });

  test('ends its stream with its signal, and when its loop is left', async () => {
    const one = listen();
    const first = one.take(1);
    const request = await begin(first, welcome('p-0'));
    const end = one.events.next();
    one.ending.abort();
    expect(await end).toEqual({ done: true, value: undefined });
    await request.closed();
    const other = listen();
    const second = other.take(1);
    const open = await begin(second, welcome('p-0'));
    await other.events.return();
    await open.closed();
  });

  test.each([
    [[], 'one or more'],
    [['a b'], '"a b" is not a channel name'],
  ])('refuses the channels %j', (channels, why) => {
    expect(() => listen({ channels })).toThrow(why);
  });
});
