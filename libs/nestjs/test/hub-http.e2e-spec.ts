import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { KeyFile, RawSocket, TestClient, V1Client } from '@ws-hub/testing';
import {
  batchAnswer,
  channelsAnswer,
  historyAnswer,
  infoAnswer,
  problem,
  publishAnswer,
} from '../src/http/http.schemas.js';
import { HubModule } from '../src/hub.module.js';
import { HubLogger, type LogFields } from '../src/logger/hub-logger.js';
import { HubMetrics } from '../src/telemetry/hub-metrics.js';
import { createApp, listenOn, PLATFORMS } from './nest/nest-app.js';

const PAGE = 'https://page.example';
const OTHER_PAGE = 'https://other.example';

interface Asking {
  readonly key?: string;
  readonly method?: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

const lines: LogFields[] = [];

class Lines extends HubLogger {
  readonly isDebug = false;

  debug(): void {
    // Not needed.
  }

  info(fields: LogFields): void {
    lines.push(fields);
  }

  warn(): void {
    // Not needed.
  }

  error(): void {
    // Not needed.
  }
}

describe.each(PLATFORMS)('HTTP in an application on %s', (_name, adapter) => {
  const keys = new KeyFile();
  const backend = keys.add('backend', 'publish:>, history:>');
  const narrow = keys.add('narrow', 'publish:orders.>');
  const admin = keys.add('admin', 'admin:>');
  let app: INestApplication;
  let port: number;
  let url: string;

  beforeAll(async () => {
    const limits = { maxPayload: 1_000, maxHttpBody: 10_000, logMaxMessages: 2_000 };
    const options = { apiKeysFile: keys.path, allowedOrigins: [PAGE], ...limits };
    app = await createApp(adapter(), {
      imports: [HubModule.forRoot({ ...options, http: true, logger: Lines })],
    });
    port = await listenOn(app);
    url = `ws://127.0.0.1:${port}/ws`;
  });
  afterAll(() => app.close());

  function ask(path: string, { key = backend, headers, ...init }: Asking = {}): Promise<Response> {
    const credentials: Record<string, string> = key === '' ? {} : { 'X-API-Key': key };
    return fetch(`http://127.0.0.1:${port}/v1/${path}`, { ...init, headers: { ...credentials, ...headers } });
  }

  function post(path: string, body: unknown, { headers, ...asking }: Asking = {}): Promise<Response> {
    const json = { 'Content-Type': 'application/json', ...headers };
    return ask(path, { method: 'POST', body: JSON.stringify(body), headers: json, ...asking });
  }

  function say(channel: string, body: Asking['body'] & {}, { headers, ...asking }: Asking = {}) {
    const text = { 'Content-Type': 'text/plain', ...headers };
    return ask(messages(channel), { method: 'POST', body, headers: text, ...asking });
  }

  async function problemOf(answer: Promise<Response>) {
    const { headers, status, ...given } = await answer.then(async (got) => ({
      headers: got.headers,
      status: got.status,
      body: await got.json(),
    }));
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const details = problem.parse(given.body);
    expect(details.status).toBe(status);
    return { ...details, headers };
  }

  const messages = (channel: string) => `channels/${channel}/messages`;
  const stored = async (answer: Promise<Response>) => publishAnswer.parse(await (await answer).json());
  const history = async (channel: string, query = '') =>
    historyAnswer.parse(await (await ask(`${messages(channel)}${query}`)).json());

  test('what is published as text or as JSON is delivered to connections, under the name of the key', async () => {
    const alice = await V1Client.join(url);
    const { id, duplicate } = await stored(say('main', 'grüezi'));
    expect(duplicate).toBe(false);
    expect(await alice.next('message')).toMatchObject({ id, client_id: 'key.backend', content: 'grüezi' });
    await post(messages('main'), { content: 'hello', later: 'ignored' });
    expect(await alice.next('message')).toMatchObject({ client_id: 'key.backend', content: 'hello' });
    await alice.close();
  });

  test('a key is remembered for the caller, whether it is in the header or in the body', async () => {
    const quoted = { headers: { 'Idempotency-Key': '"k-1"' } };
    const first = await stored(say('once', 'a', quoted));
    expect(await stored(say('once', 'b', { headers: { 'Idempotency-Key': 'k-1' } }))).toEqual({
      ...first,
      duplicate: true,
    });
    expect(await stored(post(messages('once'), { content: 'c', key: 'k-1' }))).toMatchObject({
      id: first.id,
    });
    // The same key of another client is a different key.
    expect(await stored(say('orders.once', 'a', { key: narrow, ...quoted }))).toMatchObject({
      duplicate: false,
    });
    expect((await history('once')).messages.map(({ content }) => content)).toEqual(['a']);
  });

  test.each([
    [
      'two different keys',
      () => post(messages('main'), { content: 'a', key: 'x' }, { headers: { 'Idempotency-Key': 'y' } }),
      400,
    ],
    ['a key with a space', () => say('main', 'a', { headers: { 'Idempotency-Key': 'a b' } }), 400],
    [
      'a key without credentials',
      () => say('main', 'a', { key: '', headers: { 'Idempotency-Key': 'k' } }),
      400,
    ],
    ['a bad channel', () => say('a..b', 'a'), 400],
    ['JSON of another shape', () => post(messages('main'), { content: 5 }), 400],
    ['a lone surrogate', () => post(messages('main'), { content: '\ud800' }), 400],
    [
      'another charset',
      () => say('main', 'a', { headers: { 'Content-Type': 'text/plain; charset=utf-16' } }),
      415,
    ],
    [
      'a batch in plain text',
      () => ask('messages', { method: 'POST', body: '[]', headers: { 'Content-Type': 'text/plain' } }),
      415,
    ],
    [
      'a key for a whole batch',
      () =>
        post('messages', [{ channel: 'main', content: 'a' }], {
          headers: { 'Content-Type': 'application/json', 'Idempotency-Key': 'k' },
        }),
      400,
    ],
    ['content beyond MAX_PAYLOAD', () => say('main', 'x'.repeat(1_001)), 413],
    ['a body beyond MAX_HTTP_BODY', () => say('main', 'x'.repeat(10_001)), 413],
    ['a bad API key', () => say('main', 'a', { key: `${backend.slice(0, -1)}_` }), 401],
    ['a channel that the key does not allow', () => say('main', 'a', { key: narrow }), 403],
    ['history without the right', () => ask(messages('main'), { key: narrow }), 403],
    ['a bad position', () => ask(`${messages('main')}?after=nonsense`), 400],
    ['a limit beyond 1,000', () => ask(`${messages('main')}?limit=1001`), 400],
    ['a position of another log', () => ask(`${messages('main')}?after=other-1`), 410],
    ['lists without admin', () => ask('channels'), 403],
    ['info without admin', () => ask('info'), 403],
    ['a disconnect without admin', () => post('disconnect', { user: 'alice' }), 403],
    ['a disconnect of nobody', () => post('disconnect', {}, { key: admin }), 400],
    [
      'a disconnect with a code that nobody may send',
      () => post('disconnect', { user: 'a', code: 1006 }, { key: admin }),
      400,
    ],
    ['a revocation of nothing', () => post('revocations', {}, { key: admin }), 400],
    ['a path that is not there', () => ask('nowhere/at/all'), 404],
    ['a method that is not there', () => ask('messages', { method: 'DELETE' }), 405],
    ['a page of another origin', () => say('main', 'a', { headers: { Origin: OTHER_PAGE } }), 403],
  ])('%s is a problem, and nothing is published', async (_what, asking, status) => {
    const before = (await history('main')).position;
    expect((await problemOf(asking())).status).toBe(status);
    expect((await history('main')).position).toBe(before);
  });

  test('says what is wrong: the missing right, the existing methods, the way to authenticate', async () => {
    expect(await problemOf(say('main', 'a', { key: narrow }))).toMatchObject({
      detail: expect.stringContaining('main'),
      channels: ['main'],
    });
    expect((await problemOf(ask(messages('x'), { method: 'PUT' }))).headers.get('allow')).toBe('POST, GET');
    expect((await problemOf(say('main', 'a', { key: 'wsh_x' }))).headers.get('www-authenticate')).toBe(
      'Bearer',
    );
  });

  test('a batch is answered in order, and what is wrong with one message is its own', async () => {
    const alice = await V1Client.join(url, { channels: ['batch', 'other'] });
    const batch = [
      { channel: 'batch', content: '1', key: 'b-1' },
      { channel: 'no such channel', content: '2' },
      { channel: 'other', content: '3' },
      { channel: 'batch', content: '4', key: 'b-1' },
      { channel: 'batch', content: 'x'.repeat(1_001) },
      'nonsense',
    ];
    const { results } = batchAnswer.parse(await (await post('messages', batch)).json());
    const id = expect.any(String);
    expect(results).toMatchObject([
      { id, duplicate: false },
      { status: 400, type: 'about:blank' },
      { id, duplicate: false },
      { id, duplicate: true },
      { status: 413 },
      { status: 400 },
    ]);
    expect(await alice.next('message')).toMatchObject({ channel: 'batch', content: '1' });
    expect(await alice.next('message')).toMatchObject({ channel: 'other', content: '3' });
    await alice.expectNothing();
    await alice.close();
    expect((await problemOf(post('messages', []))).status).toBe(400);
    expect((await problemOf(post('messages', { channel: 'a' }))).status).toBe(400);
    expect((await problemOf(post('messages', new Array(101).fill({})))).status).toBe(413);
  });

  test('a body that the application has not read is read, up to its bound', async () => {
    const socket = await RawSocket.connect(port);
    const head = `POST /v1/${messages('raw')} HTTP/1.1\r\nHost: hub\r\nX-API-Key: ${backend}\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n`;
    socket.write(`${head}3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n`);
    expect(await socket.readHead()).toMatch(/^HTTP\/1\.1 200 /);
    expect((await history('raw')).messages.map(({ content }) => content)).toEqual(['abcdef']);
    socket.destroy();
  });

  test('history comes in pages, from whose last position a connection continues without a seam', async () => {
    for (let n = 1; n <= 5; n++) await say('pages', String(n));
    const newest = await history('pages', '?limit=2');
    expect(newest.messages.map(({ content }) => content)).toEqual(['4', '5']);
    const [first] = (await history('pages')).messages;
    const page = await history('pages', `?limit=2&after=${first?.id}`);
    expect(page.messages.map(({ content }) => content)).toEqual(['2', '3']);
    expect(page.position).toBe(page.messages.at(-1)?.id);
    const last = await history('pages', `?limit=2&after=${page.position}`);
    expect(last.messages.map(({ content }) => content)).toEqual(['4', '5']);
    const nothing = await history('pages', `?after=${last.position}`);
    expect(nothing.messages).toEqual([]);
    await say('pages', '6');
    const alice = await V1Client.join(url, { channels: ['pages'], since: nothing.position });
    expect(await alice.next('message')).toEqual({
      ...{ type: 'message', id: expect.any(String), channel: 'pages', client_id: 'key.backend' },
      ...{ timestamp: expect.any(Number), content: '6' },
    });
    await alice.close();
  });

  test('lists channels by name in pages, and describes the hub', async () => {
    const clients = await Promise.all(
      ['list.c', 'list.a', 'list.b', 'list.a', 'other'].map((channel) =>
        V1Client.join(url, { channels: [channel] }),
      ),
    );
    const list = async (query: string) =>
      channelsAnswer.parse(await (await ask(`channels?${query}`, { key: admin })).json());
    expect(await list('prefix=list.&limit=2')).toEqual({
      channels: [
        { channel: 'list.a', connections: 2 },
        { channel: 'list.b', connections: 1 },
      ],
      cursor: 'list.b',
    });
    expect(await list('prefix=list.&limit=2&cursor=list.b')).toEqual({
      channels: [{ channel: 'list.c', connections: 1 }],
    });
    const info = infoAnswer.parse(await (await ask('info', { key: admin })).json());
    expect(info).toMatchObject({ connections: 5, channels: 4, draining: false, log: { ready: true } });
    await Promise.all(clients.map((client) => client.close()));
  });

  test('sends a client away', async () => {
    const alice = await TestClient.connect(url);
    const gone = await post(
      'disconnect',
      { client_id: alice.clientId, code: 4403, reason: 'enough' },
      { key: admin },
    );
    expect([gone.status, await gone.text()]).toEqual([204, '']);
    expect(await alice.closed).toEqual({ code: 4403, reason: 'enough' });
    expect((await post('revocations', { user: 'alice' }, { key: admin })).status).toBe(204);
    // And it is logged who requested that.
    const asked = { event: 'admin_request', client_id: 'key.admin', remote_address: '127.0.0.1' };
    expect(lines).toEqual(
      expect.arrayContaining([
        { ...asked, action: 'disconnect', of_client: alice.clientId },
        { ...asked, action: 'revocation', user: 'alice' },
      ]),
    );
  });

  test('tells pages of allowed origins what they may send and read', async () => {
    const preflight = await ask(messages('main'), {
      key: '',
      method: 'OPTIONS',
      headers: { Origin: PAGE, 'Access-Control-Request-Method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(Object.fromEntries(preflight.headers)).toMatchObject({
      'access-control-allow-origin': PAGE,
      'access-control-allow-methods': 'GET, POST, OPTIONS',
      'access-control-allow-headers': expect.stringMatching(/Idempotency-Key.*traceparent/),
      'access-control-max-age': '7200',
      vary: 'Origin',
    });
    for (const answer of [
      await say('main', 'a', { headers: { Origin: PAGE } }),
      await ask('no', { headers: { Origin: PAGE } }),
    ]) {
      expect(answer.headers.get('access-control-allow-origin')).toBe(PAGE);
      expect(answer.headers.get('access-control-expose-headers')).toBe('Retry-After');
      expect(answer.headers.has('access-control-allow-credentials')).toBe(false);
    }
    expect((await problemOf(ask('no', { method: 'OPTIONS', key: '' }))).status).toBe(404);
  });

  test('counts requests by route and status', async () => {
    await ask('nowhere');
    const { values } = await app.get(HubMetrics).httpRequests.get();
    const labels = values.map(({ labels: { route, status } }) => `${route} ${status}`);
    expect(labels).toEqual(
      expect.arrayContaining(['publish 200', 'history 410', 'other 404', 'disconnect 204']),
    );
  });

  test('what the body parser of the application refuses by itself, the application answers', async () => {
    const json = { 'Content-Type': 'application/json' };
    expect((await ask('messages', { method: 'POST', body: '{', headers: json })).status).toBe(400);
    expect((await say('main', 'a', { headers: { 'Content-Type': 'text/html' } })).status).toBe(415);
  });

  test('leaves the paths of the application alone', async () => {
    const request = 'POST /elsewhere HTTP/1.1\r\nHost: hub\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';
    const socket = await RawSocket.connect(port);
    socket.write(request);
    expect((await socket.readToEnd()).toString()).not.toContain('problem+json');
  });
});
