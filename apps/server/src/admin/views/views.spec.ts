import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type {
  Channels,
  Clients,
  Events,
  Overview,
  Slow,
  Tapped,
  TapStarted,
  TokenVerdict,
} from '@ws-hub/console-api';
import {
  type AccessTerms,
  type Connection,
  HUB_DEFAULTS,
  Hub,
  type MessageLog,
  memoryLog,
  v1Encoder,
} from '@ws-hub/hub';
import { ArrayTransport, TestClock, testEnvironment } from '@ws-hub/hub/testing';
import { HubLogger, HubService, type LogFields } from '@ws-hub/nestjs';
import { JwtVerifier } from '@ws-hub/nestjs/auth';
import { EventRing, MAX_EVENTS } from '../../standalone/event-ring.js';
import type { ConsoleView } from '../console-route.js';
import { ChannelsView } from './channels.view.js';
import { ClientRows } from './client-rows.js';
import { ClientsView } from './clients.view.js';
import { EventsView } from './events.view.js';
import { MAX_SAMPLES, Sampler } from './sampler.js';
import { SHARED_MS } from './shared-answers.js';
import { MAX_EVICTED_KEPT, SlowView } from './slow.view.js';
import { MAX_TAPS, TapView, UNASKED_MS } from './tap.view.js';
import { TokenView } from './token.view.js';
import { Walks } from './walks.js';

/** Keeps its lines. */
class ListLogger extends HubLogger {
  readonly isDebug = false;
  readonly lines: LogFields[] = [];
  debug(): void {
    throw new Error('nothing is logged at debug');
  }
  info(fields: LogFields): void {
    this.lines.push(fields);
  }
  warn(fields: LogFields): void {
    this.lines.push(fields);
  }
  error(fields: LogFields): void {
    this.lines.push(fields);
  }
}

let clock: TestClock;
let log: MessageLog;
let hub: Hub;
let service: HubService;
let walks: Walks;
let rows: ClientRows;
let logger: ListLogger;
const CONSOLE = { adminPort: 1 };

beforeEach(() => {
  clock = new TestClock();
  log = memoryLog()(testEnvironment(clock));
  hub = new Hub(HUB_DEFAULTS, log, clock);
  service = new HubService(hub, log, clock, {} as ConstructorParameters<typeof HubService>[3]);
  walks = new Walks(hub.budget, clock);
  rows = new ClientRows(service);
  logger = new ListLogger();
});
afterEach(() => {
  hub.stop();
});

/** Asks as the admin server does. */
async function ask<Answer>(
  view: ConsoleView,
  what: string,
  request: { query?: object; body?: object; id?: string } = {},
) {
  const route = view.routes.find(({ method, path }) => `${method} ${path}` === what);
  if (route === undefined) throw new Error(`no route ${what}`);
  const { query = {}, body, id = '' } = request;
  return (await route.answer({
    query: route.query?.parse(query) ?? query,
    body: route.body?.parse(body),
    id,
  })) as Answer;
}

interface Joined {
  readonly connection: Connection;
  readonly transport: ArrayTransport;
}

function join(
  clientId: string,
  channels: readonly string[],
  remoteAddress = '10.0.0.1',
  terms: AccessTerms = {},
): Joined {
  const transport = new ArrayTransport();
  const access = hub.accessOf(terms);
  const connection = hub.join(transport, {
    clientId,
    encoder: v1Encoder,
    channel: 'main',
    remoteAddress,
    access,
  });
  hub.listen(connection, { clientId, channels: new Set(channels) });
  return { connection, transport };
}

function say(channel: string, times = 1, content = 'x'): void {
  for (let said = 0; said < times; said++) hub.publish({ clientId: 'speaker', channel, content });
}

/** A hundred thousand takes ten seconds to join, and says no more: the work is counted, not timed. */
describe('with 20,000 connections and 40,000 channels', () => {
  const SIZE = 20_000;

  test('a page is one walk in slices, shared by all who ask the same, and no more than its rows', async () => {
    for (let n = 0; n < SIZE; n++) join(`c${n}`, [`a.${n}`, `b.${n}`], `10.${n % 200}.0.1`);
    const slices = jest.spyOn(walks, 'work');
    const view = new ChannelsView(service, walks, clock);
    const query = { order: 'listeners', search: 'a.' };
    const answers = await Promise.all(
      [0, 1, 0, 19].map((page) => ask<Channels>(view, 'GET /channels', { query: { ...query, page } })),
    );
    expect(answers.map(({ total, channels }) => [total, channels.length])).toEqual(Array(4).fill([SIZE, 50]));
    expect(answers[0]?.channels[0]).toEqual({ channel: 'a.0', listeners: 1, messagesPerSecond: 0 });
    expect(slices.mock.calls.length).toBeGreaterThanOrEqual((2 * SIZE) / 1_000);
    expect(slices.mock.calls.length).toBeLessThanOrEqual((2 * SIZE) / 1_000 + 1);
    const clients = new ClientsView(service, walks, rows, clock, logger);
    slices.mockClear();
    const found = await ask<Clients>(clients, 'GET /clients', { query: { by: 'address', search: '10.7.' } });
    expect([found.total, found.clients.length, found.isCut]).toEqual([SIZE / 200, 50, false]);
    expect(slices.mock.calls.length).toBeLessThanOrEqual(SIZE / 1_000 + 1);
    slices.mockClear();
    const all = await ask<Clients>(clients, 'GET /clients', { query: { page: 19 } });
    const one = await ask<Clients>(clients, 'GET /clients', { query: { by: 'id', search: 'c17777' } });
    expect([all.total, all.isCut, all.clients[0]?.clientId]).toEqual([SIZE, true, 'c950']);
    expect(one.clients.map(({ channels }) => channels)).toEqual([['a.17777', 'b.17777']]);
    expect(slices).not.toHaveBeenCalled();
  });
});

describe('the channels', () => {
  test('are in the order of their rates between two walks', async () => {
    const view = new ChannelsView(service, walks, clock);
    join('a', ['x', 'y']);
    await ask(view, 'GET /channels');
    say('y', 6);
    say('x', 2);
    clock.nowMs += SHARED_MS;
    const { channels } = await ask<Channels>(view, 'GET /channels');
    expect(channels.map((row) => [row.channel, row.messagesPerSecond])).toEqual([
      ['y', 3],
      ['x', 1],
    ]);
  });

  test.each([{ page: '-1' }, { page: '20' }, { order: 'size' }, { search: 'x'.repeat(129) }])(
    'are not asked for by %j',
    (query) => {
      const view = new ChannelsView(service, walks, clock);
      expect(view.routes[0]?.query?.safeParse(query).success).toBe(false);
    },
  );
});

describe('the clients', () => {
  test('are shown with their rights in words, and nothing is sent because a page is open', async () => {
    const rights = [{ match: 'room.*', allow: ['subscribe', 'publish'] as const }];
    const { transport } = join('a', ['room.1'], '10.0.0.9', { user: 'u', rights });
    const cursor = log.textOf(log.head);
    say('room.1');
    const view = new ClientsView(service, walks, rows, clock, logger);
    const { clients } = await ask<Clients>(view, 'GET /clients', { query: { by: 'user', search: 'u' } });
    expect(clients).toEqual([
      expect.objectContaining({
        clientId: 'a',
        user: 'u',
        address: '10.0.0.9',
        rights: ['subscribe, publish: room.*'],
        cursor,
        isCatchingUp: false,
        paused: [],
      }),
    ]);
    expect(transport.written).toEqual([]);
  });

  test('are disconnected by one name, and the log says so', async () => {
    const view = new ClientsView(service, walks, rows, clock, logger);
    const { transport } = join('a', ['x']);
    await ask(view, 'POST /clients/disconnect', { body: { clientId: 'a' } });
    expect(transport.closedWith).toMatchObject({ code: 1008 });
    expect(logger.lines).toEqual([expect.objectContaining({ event: 'admin_request', of_client: 'a' })]);
    const route = view.routes.find(({ method }) => method === 'POST');
    expect(route?.changesClients).toBe(true);
    for (const body of [{}, { clientId: 'a', user: 'b' }, { clientId: '' }])
      expect(route?.body?.safeParse(body).success).toBe(false);
  });
});

describe('the slow consumers', () => {
  test('are listed by what waits for them, and kept when they are ended', async () => {
    const view = new SlowView(CONSOLE, service, walks, rows, clock);
    view.onApplicationBootstrap();
    for (const [clientId, bytes] of [
      ['few', 10],
      ['many', 20],
    ] as const) {
      const { connection, transport } = join(clientId, ['x']);
      transport.queuedBytes = bytes;
      hub.tell(connection, Buffer.from('x'));
    }
    const { waiting, waitingCount } = await ask<Slow>(view, 'GET /slow');
    expect(waiting.map(({ clientId }) => clientId)).toEqual(['many', 'few']);
    expect(waitingCount).toBe(2);
    const [connection] = hub.inspection.connectionsOf('few') as [Connection];
    for (let n = 0; n <= MAX_EVICTED_KEPT; n++) hub.events.slowConsumer(connection, 'age', n, 5);
    clock.nowMs += SHARED_MS;
    const { evicted, evictedTotal } = await ask<Slow>(view, 'GET /slow');
    expect([evicted.length, evictedTotal, evicted[0]?.queuedBytes]).toEqual([MAX_EVICTED_KEPT, 101, 100]);
  });
});

describe('the events', () => {
  test('are the newest lines, of a level at least, after those that were seen', async () => {
    const ring = new EventRing();
    const view = new EventsView(ring);
    for (let n = 1; n <= MAX_EVENTS + 10; n++)
      ring.add(n % 2 === 0 ? 'warn' : 'info', { event: 'e', n }, 'm');
    const all = await ask<Events>(view, 'GET /events');
    expect([all.events.length, all.events[0]?.seq, all.lastSeq]).toEqual([MAX_EVENTS, 11, 510]);
    const few = await ask<Events>(view, 'GET /events', { query: { after: '506', level: 'warn' } });
    expect(few.events).toEqual([
      expect.objectContaining({ seq: 508, event: 'e', level: 'warn', fields: { n: 508 } }),
      expect.objectContaining({ seq: 510 }),
    ]);
  });
});

describe('a tap', () => {
  test('shows no more than twenty messages a second, and counts the others', async () => {
    const view = new TapView(service, clock, logger);
    say('x');
    const { id } = await ask<TapStarted>(view, 'POST /tap', { body: { channel: 'x' } });
    expect(logger.lines).toEqual([{ event: 'console_tap', channel: 'x' }]);
    say('x', 25, 'y'.repeat(5_000));
    say('other');
    const first = await ask<Tapped>(view, 'GET /tap/:id', { id });
    expect([first.messages.length, first.leftOut]).toEqual([20, 5]);
    expect(first.messages[0]).toMatchObject({
      clientId: 'speaker',
      contentLength: 5_000,
      content: 'y'.repeat(4_096),
    });
    clock.nowMs += 1_000;
    say('x');
    expect(await ask<Tapped>(view, 'GET /tap/:id', { id })).toMatchObject({ messages: [{}], leftOut: 0 });
    await ask(view, 'DELETE /tap/:id', { id });
    await expect(ask(view, 'GET /tap/:id', { id })).rejects.toMatchObject({ status: 404 });
  });

  test('has the hub tell of messages only while there is one, and ends when nobody asks', async () => {
    jest.useFakeTimers();
    try {
      const attach = jest.spyOn(hub.events, 'attach');
      const view = new TapView(service, clock, logger);
      const started = Array.from({ length: MAX_TAPS }, () =>
        ask(view, 'POST /tap', { body: { channel: 'x' } }),
      );
      await Promise.all(started);
      await expect(ask(view, 'POST /tap', { body: { channel: 'x' } })).rejects.toMatchObject({ status: 429 });
      expect(attach).toHaveBeenCalledTimes(1);
      jest.advanceTimersByTime(UNASKED_MS);
      await ask(view, 'POST /tap', { body: { channel: 'x' } });
      expect(attach).toHaveBeenCalledTimes(2);
      view.onApplicationShutdown();
    } finally {
      jest.useRealTimers();
    }
  });
});

describe('the samples', () => {
  test('are of what happened between two of them, however long that was, and no more than an hour of them', () => {
    const sampler = new Sampler(CONSOLE as never, service, log, clock);
    sampler.start();
    try {
      hub.counters.messagesReceived += 100;
      hub.counters.deliveries += 1_000;
      sampler.flushed({ messages: 4 });
      sampler.flushed({ messages: 8 });
      clock.nowMs += 10_000;
      clock.wallSeconds = 10;
      sampler.sample();
      const { samples, totals }: Overview = sampler.overview(0);
      expect(samples).toEqual([
        expect.objectContaining({
          at: 10_000,
          messagesPerSecond: 10,
          deliveriesPerSecond: 100,
          messagesPerFlush: 6,
        }),
      ]);
      expect(totals).toMatchObject({ messages: 100, deliveries: 1_000 });
      expect(sampler.overview(10_000).samples).toEqual([]);
      for (let n = 0; n < MAX_SAMPLES; n++) sampler.sample();
      expect(sampler.overview(0).samples).toHaveLength(MAX_SAMPLES);
    } finally {
      sampler.onApplicationShutdown();
    }
  });
});

describe('the token check', () => {
  const verifier = new JwtVerifier(
    {
      jwtSecrets: ['oak-lamp-river-violin-quartz-72-moss'],
      jwtPublicKey: '',
      jwtJwksUrl: '',
      jwtAlgorithms: [],
      jwtIssuer: '',
      jwtAudience: '',
      jwtClockToleranceMs: 0,
      jwtMaxLifetimeMs: 1_000,
    } as never,
    new TestClock(),
  );

  test('says what each check has found, and nothing of the token', async () => {
    const view = new TokenView({ auth: 'required' }, verifier, service);
    const token = 'not-a-token-but-a-secret';
    const verdict = await ask<TokenVerdict>(view, 'POST /token', { body: { token } });
    expect(verdict).toMatchObject({ result: 'invalid', rights: [], checks: [{ name: 'form' }] });
    expect(JSON.stringify(verdict)).not.toContain(token);
  });

  test('says in words that a hub with AUTH=off looks at none', async () => {
    const view = new TokenView({ auth: 'off' }, verifier, service);
    const { result, reason } = await ask<TokenVerdict>(view, 'POST /token', { body: { token: 'x' } });
    expect([result, reason]).toEqual(['unknown', expect.stringContaining('AUTH=off')]);
  });
});
