import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ClientFate, Explanation } from '@ws-hub/console-api';
import { HUB_DEFAULTS, Hub, MAX_NOTICE_BYTES, type MessageLog, memoryLog, v1Encoder } from '@ws-hub/hub';
import { ArrayTransport, TestClock, testEnvironment } from '@ws-hub/hub/testing';
import { HubService } from '@ws-hub/nestjs';
import { nextTurn } from '@ws-hub/testing';
import { HubName } from '../hub-name.js';
import { ExplainView } from './explain.view.js';
import { fitting, type HubFates, merged } from './told-fates.js';
import { Walks } from './walks.js';

let clock: TestClock;
let log: MessageLog;
let hub: Hub;
let name: HubName;

beforeEach(() => {
  clock = new TestClock();
  log = memoryLog({ logMaxMessages: 3 })(testEnvironment(clock));
  hub = new Hub(HUB_DEFAULTS, log, clock);
  name = new HubName();
});
afterEach(() => hub.stop());

function view(explainMaxBytes: number): ExplainView {
  const service = new HubService(hub, log, clock, {} as ConstructorParameters<typeof HubService>[3]);
  return new ExplainView(
    { natsUrls: [], natsStream: 'ws-hub', explainMaxBytes },
    service,
    log,
    new Walks(hub.budget, clock),
    name,
    clock,
  );
}

async function ask(from: ExplainView, question: object): Promise<Explanation> {
  const [route] = from.routes;
  if (route?.query === undefined) throw new Error('no route');
  return (await route.answer({ query: route.query.parse(question), body: undefined, id: '' })) as Explanation;
}

function join(clientId: string, channel: string, since?: string) {
  const member = { clientId, encoder: v1Encoder, channel, remoteAddress: '10.0.0.1' };
  const connection = hub.join(new ArrayTransport(), member);
  hub.listen(connection, { clientId, channels: new Set([channel]), since });
  return connection;
}

/** Says it, and it is flushed. @returns its id */
async function say(channel: string): Promise<string> {
  clock.nowMs += 100;
  hub.publish({ clientId: 'speaker', channel, content: 'hello', key: `k${clock.nowMs}` });
  await nextTurn();
  return log.textOf(log.head);
}

describe('an explanation', () => {
  test('is refused where nothing is recorded, with what turns it on', async () => {
    const off = view(0);
    await expect(ask(off, { message: await say('x') })).rejects.toMatchObject({
      status: 409,
      message: expect.stringContaining('EXPLAIN_MAX_BYTES'),
    });
  });

  test('tells the message, and what became of it for each client that it concerned', async () => {
    const on = view(1024 * 1024);
    join('a', 'x');
    join('b', 'y');
    const id = await say('x');
    expect(await ask(on, { message: id })).toMatchObject({
      message: { id, channel: 'x', clientId: 'speaker', contentLength: 5 },
      clients: [{ hub: name.text, clientId: 'a', fate: 'delivered', isConnected: true }],
      total: 1,
      hubs: [name.text],
      notes: expect.arrayContaining([expect.stringContaining('handed to the operating system')]),
    });
    const { clients } = await ask(on, { message: id, client: 'b' });
    expect(clients).toMatchObject([{ clientId: 'b', fate: 'not_subscribed' }]);
  });

  test('of a client that reconnected leaves out that its new connection was not there', async () => {
    const on = view(1024 * 1024);
    const first = join('a', 'x');
    const id = await say('x');
    hub.leave(first, 1001, '');
    join('a', 'x', id);
    const { clients, total } = await ask(on, { message: id, client: 'a' });
    expect([clients.map(({ fate }) => fate), total]).toEqual([['delivered'], 1]);
  });

  test('of a client that nobody knows says so', async () => {
    const on = view(1024 * 1024);
    const id = await say('x');
    const { clients } = await ask(on, { message: id, client: 'nobody' });
    expect(clients).toMatchObject([{ clientId: 'nobody', fate: 'not_connected', isConnected: false }]);
  });

  test('of a client for which there was no room says that nobody can tell', async () => {
    const on = view(1);
    join('a', 'x');
    const id = await say('x');
    const { clients, notes } = await ask(on, { message: id, client: 'a' });
    expect(clients).toMatchObject([{ clientId: 'a', fate: 'unknown', isConnected: true }]);
    expect(notes.join()).toContain('EXPLAIN_MAX_BYTES is used up');
  });

  test('needs a message of this log that is kept', async () => {
    const on = view(1024 * 1024);
    const first = await say('x');
    await expect(ask(on, { message: 'other-1' })).rejects.toMatchObject({ status: 400 });
    await expect(ask(on, { message: `${log.epoch}-99` })).rejects.toMatchObject({ status: 404 });
    for (let n = 0; n < 3; n++) await say('x');
    await expect(ask(on, { message: first })).rejects.toMatchObject({
      status: 404,
      message: expect.stringContaining('no longer kept'),
    });
  });

  test('is given to another hub that asks, cut to a notice, with the count of all', async () => {
    view(1024 * 1024);
    for (let n = 0; n < 60; n++) join(`client-${n}`, 'x');
    const message = await say('x');
    const [text = '', ...more] = await answersTo({ message, from: 'another' });
    const told = JSON.parse(text) as HubFates;
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_NOTICE_BYTES);
    expect([more, told.total, told.rows[0]?.fate]).toEqual([[], 60, 'delivered']);
    expect(told.rows.length).toBeGreaterThan(5);
  });

  test('is not asked of the hub that asks', async () => {
    view(1024 * 1024);
    expect(await answersTo({ message: await say('x'), from: name.text })).toEqual([]);
  });

  test('of another hub that records nothing says so', async () => {
    view(0);
    const [text = ''] = await answersTo({ message: await say('x'), from: 'another' });
    expect((JSON.parse(text) as HubFates).notes).toEqual([expect.stringContaining('EXPLAIN_MAX_BYTES is 0')]);
  });
});

/** As another hub of the log would ask. */
async function answersTo(question: object): Promise<readonly string[]> {
  const walked = (async () => {
    for (let turn = 0; turn < 10; turn++) await nextTurn();
  })();
  return hub.inquiries.ask('explain', JSON.stringify(question), walked);
}

describe('the fates of several hubs', () => {
  const row = (hub: string, fate: ClientFate['fate'], wasAway?: boolean) => ({
    hub,
    clientId: 'a',
    address: '',
    dialect: '',
    fate,
    reason: '',
    isConnected: false,
    wasAway,
  });

  test('are those of where the client was, the worst first', () => {
    const { clients, total } = merged([
      { hub: 'h1', total: 11, rows: [row('h1', 'replayed'), row('h1', 'not_connected', true)], notes: [] },
      { hub: 'h2', total: 1, rows: [row('h2', 'slow')], notes: [] },
    ]);
    expect(clients.map(({ hub, fate }) => [hub, fate])).toEqual([
      ['h2', 'slow'],
      ['h1', 'replayed'],
    ]);
    expect(total).toBe(11);
    expect(clients[0]).not.toHaveProperty('wasAway');
  });

  test('fit a notice, whatever the names are', () => {
    const rows = Array.from({ length: 100 }, () => ({
      ...row('h', 'slow'),
      reason: '\u{1f600}'.repeat(300),
    }));
    expect(Buffer.byteLength(fitting({ hub: 'h', total: 100, rows, notes: [] }))).toBeLessThanOrEqual(
      MAX_NOTICE_BYTES,
    );
  });
});
