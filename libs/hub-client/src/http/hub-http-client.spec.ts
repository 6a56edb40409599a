import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { HttpStub } from '@ws-hub/testing';
import { HubHttpError } from './http-error.js';
import { HubHttpClient, type HubHttpClientOptions } from './hub-http-client.js';

const KEY = 'wsh_abcdefgh_secret';
const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const OTHER_TRACE = TRACE.replace(/01$/, '00');
const AT_ONCE = { initialMs: 0, maxMs: 0 };
const MESSAGE = { id: 'p-1', channel: 'a', client_id: 'key.k', timestamp: 7, content: 'hi' };

describe('the HTTP client', () => {
  let hub: HttpStub;
  beforeEach(async () => {
    hub = await HttpStub.start();
  });
  afterEach(() => hub.stop());

  const clientOf = (options: Partial<HubHttpClientOptions> = {}) =>
    new HubHttpClient({ url: hub.url, apiKey: KEY, retries: AT_ONCE, ...options });

  const errorOf = (asked: Promise<unknown>) =>
    asked.then(
      () => undefined,
      (error: unknown) => error,
    );

  test('publishes with its key, and under a key for the message', async () => {
    const published = clientOf().publish('room.1', 'hi');
    const request = await hub.next();
    expect(request.line).toBe('POST /v1/channels/room.1/messages');
    expect(request.headers).toMatchObject({
      authorization: `Bearer ${KEY}`,
      'content-type': 'application/json',
    });
    expect(request.body).toEqual({ content: 'hi', key: expect.stringMatching(/^[0-9a-f]{24}-1$/) });
    request.answer({ id: 'p-1', duplicate: false, more: 1 });
    expect(await published).toEqual({ id: 'p-1', duplicate: false });
  });

  test('retries it with the same key when the connection breaks or the hub is unavailable, and then stops', async () => {
    const client = clientOf();
    const published = client.publish('a', 'hi');
    const first = await hub.next();
    first.cut();
    for (const status of [429, 500, 502, 503]) {
      const request = await hub.next();
      expect(request.body).toEqual(first.body);
      request.problem(status, 'not now');
    }
    (await hub.next()).answer({ id: 'p-1', duplicate: true });
    expect(await published).toEqual({ id: 'p-1', duplicate: true });
    const other = client.publish('a', 'hi', { key: 'my-key' });
    const second = await hub.next();
    expect(second.body).toEqual({ content: 'hi', key: 'my-key' });
    second.answer({ id: 'p-2', duplicate: false });
    await other;
    expect(hub.rest()).toEqual([]);
  });

  test('sends the trace with each attempt, by default the one of its option', async () => {
    const client = clientOf({ trace: () => TRACE });
    const published = client.publish('a', 'hi', { trace: OTHER_TRACE });
    (await hub.next()).problem(503, 'not now');
    const again = await hub.next();
    expect(again.headers.traceparent).toBe(OTHER_TRACE);
    again.answer({ id: 'p-1', duplicate: false });
    await published;
    const batch = client.publishBatch([{ channel: 'a', content: 'hi' }]);
    const request = await hub.next();
    expect(request.headers.traceparent).toBe(TRACE);
    request.answer({ results: [{ id: 'p-2', duplicate: false }] });
    await batch;
  });

  test.each(['nonsense', `${TRACE}\r\nx: y`])('sends nothing with the trace %j', async (trace) => {
    expect(await errorOf(clientOf().publish('a', 'hi', { trace }))).toBeInstanceOf(RangeError);
    expect(await errorOf(clientOf().publishBatch([{ channel: 'a', content: '' }], { trace }))).toMatchObject({
      message: 'a trace must be a W3C traceparent of at most 128 characters',
    });
    expect(hub.rest()).toEqual([]);
  });

  test('gives up after the maximum number of attempts, and says whether it may be stored', async () => {
    const failed = errorOf(clientOf({ retries: { ...AT_ONCE, attempts: 2 } }).publish('a', 'hi'));
    (await hub.next()).cut();
    (await hub.next()).problem(429, 'too fast', { 'retry-after': '0' });
    expect(await failed).toMatchObject({
      ...{ name: 'HubHttpError', status: 429, title: 'A Title', detail: 'too fast', retryAfterMs: 0 },
      ...{ message: 'HTTP 429 A Title: too fast', isOutcomeUnknown: true },
    });
    const refused = errorOf(clientOf({ retries: { attempts: 1 } }).publish('a', 'hi'));
    (await hub.next()).problem(429, 'too fast');
    expect(await refused).toMatchObject({ isOutcomeUnknown: false });
  });

  test.each([400, 401, 403, 404, 409, 410, 413, 415])('does not try again after %d', async (status) => {
    const failed = errorOf(clientOf().publish('a', 'hi'));
    (await hub.next()).answer({ status, title: 'No', detail: 'why', channels: ['a'] }, status);
    expect(await failed).toMatchObject({ status, detail: 'why', channels: ['a'], isOutcomeUnknown: false });
    expect(hub.rest()).toEqual([]);
  });

  test('does not follow to somewhere else', async () => {
    const failed = errorOf(clientOf().info());
    (await hub.next()).answer('', 307, { location: `${hub.url}/elsewhere` });
    expect(await failed).toMatchObject({ status: 307 });
    expect(hub.rest()).toEqual([]);
  });

  test('does not ask a hub again that wants to be left alone for long', async () => {
    const failed = errorOf(clientOf().publish('a', 'hi'));
    (await hub.next()).problem(503, 'restarting', { 'retry-after': '31' });
    expect(await failed).toMatchObject({ status: 503, retryAfterMs: 31_000, isOutcomeUnknown: true });
  });

  test('without credentials has no keys, and sends again only what was certainly not stored', async () => {
    const client = clientOf({ apiKey: undefined });
    const published = client.publish('a', 'hi');
    const first = await hub.next();
    expect([first.body, first.headers.authorization]).toEqual([{ content: 'hi' }, undefined]);
    first.problem(429, 'too fast');
    (await hub.next()).answer({ id: 'p-1', duplicate: false });
    await published;
    for (const fail of ['cut', 'problem'] as const) {
      const failed = errorOf(client.publish('a', 'hi'));
      (await hub.next())[fail](503, '');
      expect(await failed).toMatchObject({ isOutcomeUnknown: true });
    }
    expect(hub.rest()).toEqual([]);
  });

  test('reports each failed attempt, without the key', async () => {
    const told: string[] = [];
    await hub.stop();
    const failed = errorOf(
      clientOf({
        retries: { ...AT_ONCE, attempts: 2 },
        onRetry: ({ message }, delayMs, attempt) => told.push(`${attempt} ${delayMs} ${message}`),
      }).publish('a', 'hi'),
    );
    expect(await failed).toMatchObject({ status: undefined, isOutcomeUnknown: false });
    expect(told).toEqual([expect.stringMatching(/^1 0 connect ECONNREFUSED 127\.0\.0\.1:\d+$/)]);
    expect(String(((await failed) as Error).stack) + told).not.toContain(KEY);
  });

  test('limits the time of an attempt', async () => {
    const published = clientOf({ timeoutMs: 50 }).publish('a', 'hi');
    const first = await hub.next();
    const second = await hub.next();
    await first.closed();
    second.answer({ id: 'p-1', duplicate: true });
    expect(await published).toEqual({ id: 'p-1', duplicate: true });
  });

  test('ends with its signal, and says whether the message may be stored', async () => {
    const leaving = new AbortController();
    const client = clientOf({ signal: leaving.signal });
    const failed = errorOf(client.publish('a', 'hi'));
    const request = await hub.next();
    leaving.abort();
    await request.closed();
    expect(await failed).toMatchObject({ detail: 'the request was aborted', isOutcomeUnknown: true });
    expect(await errorOf(client.publish('a', 'hi'))).toMatchObject({ isOutcomeUnknown: false });
    expect(hub.rest()).toEqual([]);
  });

  test('publishes a batch, and sends again what the hub could not store of it', async () => {
    const published = clientOf().publishBatch(
      ['one', 'two', 'three', 'four'].map((content) => ({ channel: 'a', content })),
    );
    const first = await hub.next();
    const sent = first.body as object[];
    expect(first.line).toBe('POST /v1/messages');
    expect(sent.map((each) => Object.keys(each))).toEqual(Array(4).fill(['channel', 'content', 'key']));
    const unavailable = { title: 'No', status: 503, detail: 'not now' };
    const forbidden = { title: 'No', status: 403, detail: 'not yours', channels: ['a'] };
    first.answer({ results: [{ id: 'p-1', duplicate: false }, unavailable, forbidden, unavailable] });
    const second = await hub.next();
    expect(second.body).toEqual([sent[1], sent[3]]);
    second.cut();
    const third = await hub.next();
    expect(third.body).toEqual([sent[1], sent[3]]);
    third.answer({
      results: [
        { id: 'p-2', duplicate: true },
        { id: 'p-3', duplicate: false },
      ],
    });
    const [one, two, three, four] = await published;
    expect([one, two, four]).toEqual([
      { id: 'p-1', duplicate: false },
      { id: 'p-2', duplicate: true },
      { id: 'p-3', duplicate: false },
    ]);
    expect(three).toBeInstanceOf(HubHttpError);
    expect(three).toMatchObject({ status: 403, channels: ['a'], detail: 'not yours' });
  });

  test('returns the result of each message of a batch when it gives up on some', async () => {
    const messages = ['one', 'two'].map((content) => ({ channel: 'a', content }));
    const published = clientOf({ retries: { ...AT_ONCE, attempts: 2 } }).publishBatch(messages);
    const unavailable = { title: 'No', status: 503, detail: 'not now' };
    (await hub.next()).answer({ results: [{ id: 'p-1', duplicate: false }, unavailable] });
    (await hub.next()).cut();
    expect(await published).toMatchObject([{ id: 'p-1' }, { status: 503, isOutcomeUnknown: true }]);
  });

  test.each([0, 101])('sends no batch of %d', async (length) => {
    const messages = Array.from({ length }, () => ({ channel: 'a', content: '' }));
    await expect(clientOf().publishBatch(messages)).rejects.toThrow('allowed: 1-100');
  });

  test('rejects invalid keys', async () => {
    await expect(clientOf().publish('a', 'hi', { key: 'a b' })).rejects.toThrow('a key must be');
  });

  test('reads history, channels and the info of the hub', async () => {
    const client = clientOf();
    const history = client.history('a', { after: 'p-0', limit: 5 });
    const first = await hub.next();
    expect(first.line).toBe('GET /v1/channels/a/messages?after=p-0&limit=5');
    first.answer({ messages: [{ type: 'message', ...MESSAGE }], position: 'p-1' });
    expect(await history).toEqual({ messages: [MESSAGE], position: 'p-1' });
    const channels = client.channels({ prefix: 'a.' });
    const second = await hub.next();
    expect(second.line).toBe('GET /v1/channels?prefix=a.');
    second.answer({ channels: [{ channel: 'a.b', connections: 2 }], cursor: 'c' });
    expect(await channels).toEqual({ channels: [{ channel: 'a.b', connections: 2 }], cursor: 'c' });
    const info = client.info();
    const third = await hub.next();
    expect(third.line).toBe('GET /v1/info');
    third.answer({ connections: 1, draining: false });
    expect(await info).toEqual({ connections: 1, draining: false });
  });

  test('disconnects and revokes, and accepts an empty response', async () => {
    const client = clientOf();
    const done = client.disconnect({ clientId: 'c', code: 4403, reason: 'bye' });
    const first = await hub.next();
    expect([first.line, first.body]).toEqual([
      'POST /v1/disconnect',
      { client_id: 'c', code: 4403, reason: 'bye' },
    ]);
    first.response.writeHead(204).end();
    expect(await done).toBeUndefined();
    const revoked = client.revoke({ tokenId: 't', issuedBefore: 1, until: 2 });
    const second = await hub.next();
    expect([second.line, second.body]).toEqual([
      'POST /v1/revocations',
      { token_id: 't', issued_before: 1, until: 2 },
    ]);
    second.response.writeHead(204).end();
    await revoked;
    const ofUser = client.disconnect({ user: 'u' });
    const third = await hub.next();
    expect(third.body).toEqual({ user: 'u' });
    third.response.writeHead(204).end();
    await ofUser;
  });

  test.each([
    ['no JSON', 'publish', '<html>'],
    ['another answer', 'publish', '{"ok":true}'],
    ['fewer results than messages', 'batch', '{"results":[]}'],
    ['no list of messages', 'history', '{"messages":1,"position":"p"}'],
    ['a message that is none', 'history', '{"messages":[{"type":"message"}],"position":"p"}'],
  ] as const)('says that it is not a hub that answers with %s', async (_what, request, text) => {
    const client = clientOf();
    const asked = {
      publish: () => client.publish('a', ''),
      batch: () => client.publishBatch([{ channel: 'a', content: '' }]),
      history: () => client.history('a'),
    }[request]();
    const failed = errorOf(asked);
    (await hub.next()).response.end(text);
    expect(await failed).toMatchObject({ status: 200, detail: 'the server is not a ws-hub of this version' });
  });

  test('shows a part of an answer that is not a problem object', async () => {
    const failed = errorOf(clientOf().info());
    (await hub.next()).response.writeHead(404).end(`<h1>not here</h1>${'x'.repeat(1_000)}`);
    expect(await failed).toMatchObject({
      status: 404,
      detail: expect.stringMatching(/^<h1>not here<\/h1>x{183}$/),
    });
  });

  test('asks for credentials once, and again when the hub has rejected them', async () => {
    const given = ['first', 'second'];
    const why: string[] = [];
    const token = (reason: string) => {
      why.push(reason);
      return given.shift() ?? 'second';
    };
    const client = clientOf({ apiKey: undefined, token });
    const both = Promise.all([client.publish('a', '1'), client.publish('a', '2')]);
    for (const request of [await hub.next(), await hub.next()]) {
      expect(request.headers.authorization).toBe('Bearer first');
      request.problem(401, 'expired');
    }
    for (const request of [await hub.next(), await hub.next()]) {
      expect(request.headers.authorization).toBe('Bearer second');
      request.answer({ id: 'p', duplicate: false });
    }
    await both;
    expect(why).toEqual(['connect', 'rejected']);
    const failed = errorOf(client.publish('a', '3'));
    (await hub.next()).problem(401, 'expired');
    expect(await failed).toMatchObject({ status: 401, meansNoAccess: true });
    expect(hub.rest()).toEqual([]);
  });

  test('says why there are no credentials, after enough attempts', async () => {
    const token = () => Promise.reject(new Error('the issuer is down'));
    const client = clientOf({ apiKey: undefined, token });
    expect(await errorOf(client.publish('a', 'hi'))).toMatchObject({
      detail: 'no token: the issuer is down',
      isOutcomeUnknown: false,
    });
  });

  test.each([
    ['ws://127.0.0.1', 'http:// or https://'],
    ['http://user:secret@127.0.0.1', 'no user and no password'],
    ['http://127.0.0.1?a=b', 'no query'],
    ['nonsense', 'Invalid URL'],
  ])('refuses the URL %s', (url, why) => {
    expect(() => clientOf({ url })).toThrow(why);
    expect(() => clientOf({ url })).not.toThrow('secret');
  });

  test('keeps the path of its URL', async () => {
    const asked = errorOf(clientOf({ url: `${hub.url}/hub/` }).info());
    const request = await hub.next();
    expect(request.line).toBe('GET /hub/v1/info');
    request.answer({ connections: 1 });
    await asked;
  });

  test('rejects two credentials, and invalid ones', () => {
    expect(() => clientOf({ token: 'x' })).toThrow('an API key or a token, not both');
    expect(() => clientOf({ apiKey: 'a b' })).toThrow('must be');
  });
});
