import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type INestApplication, Injectable } from '@nestjs/common';
import { CLOSE } from '@ws-hub/protocol';
import { EventStream, KeyFile, TestClient } from '@ws-hub/testing';
import {
  type Admitted,
  HubAuthorizer,
  type Refused,
  type TokenRequest,
} from '../src/access/hub-authorizer.js';
import { HubModule } from '../src/hub.module.js';
import type { HubModuleOptions } from '../src/hub.options.js';
import { HubService } from '../src/hub.service.js';
import { ApiKeys } from '../src/keys/api-keys.js';
import { HubMetrics } from '../src/telemetry/hub-metrics.js';
import { createApp, listenOn, PLATFORMS } from './nest/nest-app.js';

const HUB_SECRET = randomBytes(32).toString('hex');
const LISTEN = [{ match: 'main', allow: ['subscribe'] as const }];
const READ = [{ match: '>', allow: ['subscribe', 'history'] as const }];
/** How long the token `brief` is valid, in milliseconds. */
const BRIEF_MS = 300;

/** Tokens by name, each for a user of that name. */
@Injectable()
class Tokens extends HubAuthorizer {
  private briefUntilMs: number | undefined;

  connect(): Admitted {
    return { allowed: true };
  }

  override authenticate({ token: user = '' }: TokenRequest): Admitted | Refused {
    const issuedAtS = 1;
    if (user === 'listener' || user === 'other') return { allowed: true, user, rights: LISTEN, issuedAtS };
    if (user === 'reader') return { allowed: true, user, rights: READ, issuedAtS };
    if (user === 'brief') {
      this.briefUntilMs ??= Date.now() + BRIEF_MS;
      if (Date.now() < this.briefUntilMs)
        return { allowed: true, user, rights: LISTEN, expiresAtMs: this.briefUntilMs };
    }
    return { allowed: false, status: 401, reason: 'no such token' };
  }
}

describe.each(PLATFORMS)('a stream of events on %s', (_name, adapter) => {
  let app: INestApplication;
  let url: string;
  let hub: HubService;
  const streams: EventStream[] = [];
  afterEach(async () => {
    for (const stream of streams.splice(0)) stream.destroy();
    await app.close();
  });

  async function start(options: HubModuleOptions = {}, authorizer?: typeof Tokens): Promise<void> {
    const module = HubModule.forRoot({ http: true, ...(authorizer && { authorizer }), ...options });
    app = await createApp(adapter(), { imports: [module] });
    url = `http://127.0.0.1:${await listenOn(app)}/v1/events`;
    hub = app.get(HubService, { strict: false });
  }

  async function ask(query = '', headers: Record<string, string> = {}): Promise<EventStream> {
    const stream = await EventStream.open(`${url}?${query}`, headers);
    streams.push(stream);
    return stream;
  }

  async function join(query = '', headers: Record<string, string> = {}) {
    const stream = await EventStream.join(`${url}?${query}`, headers);
    streams.push(stream);
    return stream;
  }

  const say = async (...contents: string[]) => {
    const ids: string[] = [];
    for (const content of contents) ids.push((await hub.publish('main', content)).id);
    return ids;
  };

  async function metric(name: 'connects' | 'refusals'): Promise<Record<string, number>> {
    const { values } = await app.get(HubMetrics, { strict: false })[name].get();
    return Object.fromEntries(values.map(({ labels, value }) => [Object.values(labels)[0], value]));
  }

  test('delivers the messages on its channels like a connection, and counts as one', async () => {
    await start();
    const stream = await join('channel=main&channel=other');
    expect(stream.welcome).toMatchObject({ data: { recovered: true, position: stream.welcome.id } });
    expect(stream.retryMs).toBeGreaterThanOrEqual(1_000);
    expect(stream.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      connection: 'close',
    });
    const client = await TestClient.connect(url.replace('http', 'ws').replace('/v1/events', '/ws'));
    client.send('from a WebSocket');
    expect((await stream.next()).data).toMatchObject({
      ...{ type: 'message', channel: 'main', client_id: client.clientId, content: 'from a WebSocket' },
    });
    const { id } = await hub.publish('other', 'two\nlines');
    expect(await stream.next()).toMatchObject({ id, data: { id, channel: 'other', content: 'two\nlines' } });
    expect(hub.connections()).toMatchObject({ count: 2 });
    expect(await metric('connects')).toMatchObject({ accepted: 2 });
    stream.destroy();
    await client.close();
  });

  test('resumes where its listener was: the header counts, then the query, and a position is sent at the end', async () => {
    await start();
    const [first, second, , last] = await say('1', '2', '3', '4');
    const stream = await join(`since=${first}`, { 'Last-Event-ID': String(second) });
    expect(stream.welcome).toMatchObject({ id: second, data: { recovered: true } });
    expect(await stream.take(2)).toEqual(['3', '4']);
    expect(await stream.next('position')).toMatchObject({ id: last, data: { position: last } });
    const other = await join(`since=${first}`);
    expect(await other.take(3)).toEqual(['2', '3', '4']);
  });

  test('reports a gap where messages are missing, and continues live', async () => {
    await start({ logMaxMessages: 2 });
    const [first, , , last] = await say('1', '2', '3', '4');
    for (const place of [first, 'nonsense', 'other-1', `${last}0`]) {
      const stream = await join(`since=${place}`);
      expect(stream.welcome).toMatchObject({ id: last, data: { recovered: false } });
      expect(await stream.next('gap')).toMatchObject({ id: last, data: { position: last } });
    }
    const stream = await join('since=nonsense');
    await stream.next('gap');
    await say('5');
    expect(await stream.take(1)).toEqual(['5']);
  });

  test('resumes for a listener without the right to history after an id that it was sent, and no other', async () => {
    await start({ hubSecret: HUB_SECRET }, Tokens);
    const stream = await join('access_token=listener');
    const [first = ''] = await say('1', '2', '3');
    const { id: proven = '', data } = await stream.next();
    expect([proven.startsWith(`${first}.`), data.id]).toEqual([true, first]);
    const back = await join('access_token=listener', { 'Last-Event-ID': proven });
    expect(await back.take(2)).toEqual(['2', '3']);
    expect((await back.next('position')).id).toMatch(/-3\.[\w-]{22}$/);
    for (const id of [first, proven.slice(0, -1), proven.replace('-1.', '-0.')]) {
      const refused = await join('access_token=listener', { 'Last-Event-ID': id });
      expect(refused.welcome.data).toMatchObject({ recovered: false });
    }
    // A client with the right needs no proof.
    const reader = await join(`access_token=reader&since=${proven}`);
    expect(reader.welcome.id).toBe(first);
    expect(await reader.take(2)).toEqual(['2', '3']);
  });

  test('is rejected with a problem that says why', async () => {
    await start({ maxChannelsPerConnection: 2, maxConnectionsPerUser: 1 }, Tokens);
    const refused = async (query: string, headers?: Record<string, string>) => {
      const answer = await ask(query, headers);
      expect(answer.response.headers).toMatchObject({
        'content-type': expect.stringMatching(/^application\/problem\+json/),
      });
      return { ...(await answer.problem()), status: answer.status };
    };
    const listener = 'access_token=listener';
    expect(await refused(`${listener}&channel=a..b`)).toMatchObject({
      ...{ status: 400, title: 'Bad Request', detail: expect.stringContaining('must be 1-64 of') },
    });
    expect(await refused(`${listener}&channel=a&channel=b&channel=c`)).toMatchObject({ status: 400 });
    expect(await refused(`${listener}&since=${'x'.repeat(300)}`)).toMatchObject({ status: 400 });
    expect(await refused('')).toMatchObject({ status: 401 });
    expect(await refused('access_token=nobody')).toMatchObject({ status: 401 });
    expect(await refused(listener, { Authorization: 'Bearer other' })).toMatchObject({ status: 400 });
    expect(await refused(`${listener}&channel=main&channel=secret`)).toMatchObject({
      ...{ status: 403, channels: ['secret'] },
    });
    expect(await metric('refusals')).toEqual({ channel: 2, position: 1, unauthorized: 3, tokens: 1 });
    await join(listener);
    expect(await refused(listener)).toMatchObject({ status: 429 });
    expect((await fetch(`${url}?${listener}`, { method: 'HEAD' })).status).toBe(405);
    expect(hub.connections().count).toBe(1);
  });

  test('is full when it is, for streams and WebSockets together, and has room when one has left', async () => {
    await start({ maxConnections: 1 });
    for (let n = 0; n < 3; n++) {
      const stream = await join();
      const tooMany = await ask();
      expect([tooMany.status, tooMany.response.headers['retry-after']]).toEqual([503, '5']);
      const left = new Promise<void>((resolve) => hub.door.events.attach({ disconnected: () => resolve() }));
      stream.destroy();
      await left;
    }
  });

  test('is a stream that ends, for the EventSource of a page, if its listener may reconnect', async () => {
    await start({ maxConnections: 1 });
    await join();
    const eventSource = { Accept: 'text/event-stream', 'Sec-Fetch-Mode': 'cors' };
    const sentBack = await ask('', eventSource);
    expect(sentBack.status).toBe(200);
    expect(await sentBack.next('closed')).toMatchObject({
      data: { code: CLOSE.tryAgainLater, reason: 'the hub is full' },
    });
    expect(sentBack.retryMs).toBeGreaterThanOrEqual(5_000);
    await sentBack.ended;
    expect((await ask('channel=a..b', eventSource)).status).toBe(400);
  });

  test('says that its token has expired, and the next one does not begin', async () => {
    await start({ tokenGraceMs: 0 }, Tokens);
    const stream = await join('access_token=brief');
    expect(stream.welcome.data).toMatchObject({ user: 'brief', expires_in: expect.any(Number) });
    const end = { type: 'expired', code: CLOSE.credentialsExpired, reason: 'credentials expired' };
    expect((await stream.next('expired')).data).toEqual(end);
    await stream.ended;
    expect((await ask('access_token=brief')).status).toBe(401);
  });

  test('ends when its token is revoked, and the next one does not begin', async () => {
    await start({}, Tokens);
    const [mine, others] = [await join('access_token=listener'), await join('access_token=other')];
    await hub.revoke({ user: 'listener' });
    expect((await mine.next('closed')).data).toMatchObject({ code: CLOSE.unauthorized });
    await mine.ended;
    expect((await ask('access_token=listener')).status).toBe(401);
    await say('still there');
    expect(await others.take(1)).toEqual(['still there']);
  });

  test('is ended when its user or client is disconnected', async () => {
    await start({}, Tokens);
    const [one, two] = [await join('access_token=listener'), await join('access_token=listener')];
    expect(hub.disconnect(String(one.welcome.data.client_id), { code: 4000, reason: 'go' })).toBe(1);
    expect((await one.next('closed')).data).toMatchObject({ code: 4000, reason: 'go' });
    await hub.door.disconnect({ user: 'listener', code: 1008, reason: 'out' });
    expect((await two.next('closed')).data).toMatchObject({ code: 1008, reason: 'out' });
  });

  test('ends when its API key is gone', async () => {
    const keys = new KeyFile();
    const [gone, kept] = [keys.add('page', 'subscribe:>'), keys.add('page', 'subscribe:>')];
    await start({ apiKeysFile: keys.path });
    const [first, second] = [
      await join('', { 'X-API-Key': kept }),
      await join('', { Authorization: `Bearer ${gone}` }),
    ];
    const [, left] = readFileSync(keys.path, 'utf8').split('\n');
    writeFileSync(keys.path, `${left}\n`);
    await app.get(ApiKeys, { strict: false }).look();
    expect((await second.next('closed')).data).toMatchObject({ code: CLOSE.unauthorized });
    await second.ended;
    expect((await ask('', { Authorization: `Bearer ${gone}` })).status).toBe(401);
    await say('still there');
    expect(await first.take(1)).toEqual(['still there']);
  });

  test('is ended for a listener that reads too slowly, which reconnects for what it missed', async () => {
    await start({ maxQueuedBytes: 100_000 });
    const [slow, witness] = [await join(), await join()];
    slow.stall();
    let isSlow = false;
    hub.door.events.attach({
      slowConsumer: () => {
        isSlow = true;
      },
    });
    const content = 'x'.repeat(60_000);
    let said = 0;
    for (; !isSlow; said++) {
      await say(`${said} ${content}`);
      await witness.take(1);
    }
    slow.resume();
    let lastId = slow.welcome.id;
    let heard = 0;
    // It may have been terminated before its last event.
    for (;;) {
      const event = await slow.next().catch(() => undefined);
      if (event === undefined) break;
      expect(event.data.content).toBe(`${heard++} ${content}`);
      lastId = event.id;
    }
    await slow.ended;
    const back = await join('', { 'Last-Event-ID': String(lastId) });
    for (; heard < said; heard++) expect(await back.take(1)).toEqual([`${heard} ${content}`]);
    await back.next('position');
  });

  test('has a sign of life, and with it the place that was reached on other channels', async () => {
    await start({ pingIntervalMs: 100 });
    const stream = await join();
    const { id } = await hub.publish('other', 'not for it');
    expect(await stream.next('position')).toMatchObject({ id });
    expect(stream.comments).toBeGreaterThan(0);
  });

  test('is closed at the end of the hub, with the time over which all reconnect', async () => {
    await start();
    const stream = await join();
    const closing = app.close();
    expect((await stream.next('closed')).data).toMatchObject({
      ...{ code: CLOSE.serviceRestart, reason: 'reconnect in 1000 ms' },
    });
    expect(stream.retryMs).toBeGreaterThanOrEqual(1_000);
    await stream.ended;
    await closing;
    expect(hub.door.size).toBe(0);
  });

  test('is for pages of the allowed origins', async () => {
    await start({ allowedOrigins: ['https://a.example'] });
    const origin = async (name: string) => (await join('', { Origin: name })).response.headers;
    expect(await origin('https://a.example')).toMatchObject({
      ...{ 'access-control-allow-origin': 'https://a.example', vary: 'Origin' },
    });
  });
});
