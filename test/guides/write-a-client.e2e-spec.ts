import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { CLOSE_CODES, httpStatusMeansStop } from '@ws-hub/protocol';
import {
  CuttingProxy,
  freePort,
  type HubProgram,
  startHubProgram,
  TestClient,
  V1Client,
} from '@ws-hub/testing';
import { type WebSocket, WebSocketServer } from 'ws';
import { readGuide } from './guide.js';
import { PythonClients, python, type Told } from './python-client.js';

const NO_PYTHON = 'no python3 on PATH, so the clients of docs/guides/write-a-client.md were not tried';
const MAX_LINES = 100;
const TEXTS = [
  'hello',
  '',
  '{"client_id":"x"}',
  'two\nlines',
  '🦊 e\u0301 \u2028',
  'x'.repeat(60_000),
  'end',
];
const COUNT = 300;
const CUT_EVERY = 25;
/** Said, and not yet heard by the witness. */
const UNDER_WAY = 50;

if (python === undefined) process.stderr.write(`${NO_PYTHON}\n`);

test('python3 is there, where CI is set', () => {
  expect({ isMissing: python === undefined && Boolean(process.env.CI), NO_PYTHON }).toMatchObject({
    isMissing: false,
  });
});

test(`the client of the page has fewer than ${MAX_LINES} lines, and the page says how many`, () => {
  const { files, text } = readGuide('write-a-client');
  const linesOf = (name: string) => (files.get(name) ?? '').trimEnd().split('\n').length;
  expect(linesOf('hub.py')).toBeLessThan(MAX_LINES);
  expect(text).toContain(
    `${linesOf('hub.py')} lines on top of \`websocket.py\` (${linesOf('websocket.py')} lines)`,
  );
  expect(text).toContain(`\`plain.py\` does that in ${linesOf('plain.py')} lines`);
});

(python === undefined ? describe.skip : describe)('the Python clients of the page', () => {
  const clients = new PythonClients();
  let hub: HubProgram;
  beforeAll(async () => {
    hub = await startHubProgram();
  });
  afterEach(() => clients.end());
  afterAll(async () => {
    clients.remove();
    await hub.hub.kill();
  });

  const contents = (told: readonly { readonly content?: string }[]) => told.map(({ content }) => content);

  test('plain: each receives what the others publish, once and in order, and never its own', async () => {
    const { url } = hub;
    const [alice, bob] = await Promise.all([clients.join('plain', url), clients.join('plain', url)]);
    const witness = await TestClient.connect(url);
    for (const text of TEXTS) alice.say(text);
    expect(contents(await bob.take(TEXTS.length))).toEqual(TEXTS);
    expect(contents(await witness.take(TEXTS.length))).toEqual(TEXTS);
    for (const text of TEXTS) bob.say(text);
    // The first that Alice hears is from Bob.
    expect(contents(await alice.take(TEXTS.length))).toEqual(TEXTS);
    witness.send('from elsewhere');
    expect(await Promise.all([alice.take(1), bob.take(1)])).toEqual(
      [1, 2].map(() => [expect.objectContaining({ content: 'from elsewhere', client_id: witness.clientId })]),
    );
  });

  test('plain: pings are answered, and a message in parts is put together', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    const connected = once(server, 'connection');
    const { port } = server.address() as AddressInfo;
    const alice = await clients.join('plain', `ws://127.0.0.1:${port}/ws`);
    const [socket] = (await connected) as [WebSocket];
    const ponged = once(socket, 'pong');
    const [start, end] = ['{"content":"', `${'y'.repeat(70_000)}"}`];
    socket.send(start, { fin: false });
    socket.ping('between');
    socket.send(end);
    expect(await ponged).toEqual([Buffer.from('between')]);
    expect(contents(await alice.take(1))).toEqual(['y'.repeat(70_000)]);
    server.close();
  });

  test('hub.v1: it stops after the statuses and close codes that mean stop, and no others', () => {
    const statuses = Array.from({ length: 600 }, (_, status) => status).filter(httpStatusMeansStop);
    const codes = CLOSE_CODES.filter(({ retry }) => !retry).map(({ code }) => code);
    expect(clients.evaluate('sorted(hub.STOP)')).toEqual([...statuses, ...codes]);
  });

  test('hub.v1: it waits for as long as PROTOCOL.md says before it reconnects', () => {
    const unavailable = 'HTTP/1.1 503 Service Unavailable\\r\\nRetry-After: 7\\r\\n\\r\\n';
    const longestS: [closed: string, seconds: number][] = [
      ["1006, '', 0", 1],
      ["1006, '', 4", 16],
      ["1006, '', 99", 30],
      ["1012, 'reconnect in 1500 ms', 4", 1.5],
      ["1013, '', 1", 5 + 2],
      [`503, '${unavailable}', 0`, 7 + 1],
    ];
    const waits = longestS.map(([closed]) => `hub.delay_s(${closed})`);
    expect(clients.evaluate(`[${waits}]`)).toEqual(longestS.map(([, seconds]) => seconds));
  });

  test('hub.v1: a client that is told to stop does not reconnect', async () => {
    const alice = clients.start('v1', hub.url.replace('/ws', '/wrong'));
    expect(await alice.take(1)).toMatchObject([{ type: 'disconnect', code: 404 }]);
    await alice.ended;
  });

  test('hub.v1: the others receive each message once and in order, and its sender is told its place', async () => {
    const { url } = hub;
    const witness = await V1Client.join(url, { channels: ['lobby'] });
    const [alice, bob] = await Promise.all([clients.join('v1', url), clients.join('v1', url)]);
    for (const text of TEXTS) alice.say(text);
    const heard = await witness.take(TEXTS.length);
    expect(heard).toMatchObject(TEXTS.map((content) => ({ type: 'message', content })));
    expect(contents(await bob.take(TEXTS.length))).toEqual(TEXTS);
    const places = heard.map((message) => ({ type: 'stored', id: 'id' in message && message.id }));
    expect(await alice.take(TEXTS.length)).toMatchObject(places);
  });

  test('hub.v1: what was said while it was away comes once it is back, and nothing else does', async () => {
    const { port, url } = hub;
    const proxy = await CuttingProxy.before(port);
    const alice = await clients.join('v1', `ws://127.0.0.1:${proxy.port}/ws`);
    const bob = await V1Client.join(url, { channels: ['lobby'] });
    bob.publish('1', 'before', 'lobby');
    expect(await alice.take(1)).toMatchObject([{ content: 'before' }]);
    alice.say('mine');
    expect(await alice.take(1)).toMatchObject([{ type: 'stored', content: 'mine' }]);
    proxy.cut(true);
    expect(await alice.take(1)).toMatchObject([{ type: 'disconnect', code: 1006 }]);
    alice.say('said while away');
    bob.publish('2', 'missed', 'lobby');
    expect(await bob.take(3)).toMatchObject([{ type: 'ack' }, { content: 'mine' }, { type: 'ack' }]);
    proxy.mend();
    await alice.next('welcome').then(({ recovered }) => expect(recovered).toBe(true));
    expect(await alice.take(2)).toMatchObject([
      { type: 'message', content: 'missed' },
      { type: 'stored', content: 'said while away' },
    ]);
    expect(await bob.next('message')).toMatchObject({ content: 'said while away' });
    await bob.expectNothing();
    await proxy.close();
  });

  test(`hub.v1: ${COUNT / CUT_EVERY} cuts amid ${COUNT} messages lose none, double none, and swap none`, async () => {
    const { port, url } = hub;
    const proxy = await CuttingProxy.before(port);
    const behind = `ws://127.0.0.1:${proxy.port}/ws`;
    const [alice, bob] = await Promise.all([clients.join('v1', behind), clients.join('v1', behind)]);
    const witness = await V1Client.join(url, { channels: ['lobby'] });
    const said = Array.from({ length: COUNT }, (_, n) => `${n}`);
    for (const text of said.slice(0, UNDER_WAY)) alice.say(text);
    const heard: string[] = [];
    while (heard.length < COUNT) {
      heard.push((await witness.next('message')).content);
      for (const text of said.slice(heard.length + UNDER_WAY - 1, heard.length + UNDER_WAY)) alice.say(text);
      if (heard.length % CUT_EVERY === 0) proxy.cut();
    }
    expect(heard).toEqual(said);
    await witness.expectNothing();
    const bobs = await untilContent(bob, said.at(-1));
    expect(contents(bobs.filter(({ type }) => type === 'message'))).toEqual(said);
    expect(bobs.filter(({ recovered }) => recovered === false)).toEqual([]);
    const stored: Told[] = [];
    while (stored.length < COUNT) stored.push(await alice.next('stored'));
    expect(new Set(contents(stored))).toEqual(new Set(said));
    await proxy.close();
  });

  test('hub.v1: is told that messages were missed by a hub that was restarted, and talks to it', async () => {
    const port = String(await freePort());
    const first = await startHubProgram('--port', port);
    const alice = await clients.join('v1', first.url);
    first.hub.signal('SIGTERM');
    expect(await alice.take(1)).toMatchObject([
      { type: 'disconnect', code: 1012, reason: expect.stringMatching(/^reconnect in \d+ ms$/) },
    ]);
    await first.hub.exited;
    const second = await startHubProgram('--port', port);
    expect(await alice.next('welcome')).toMatchObject({ recovered: false });
    alice.say('good morning');
    expect(await alice.take(1)).toMatchObject([{ type: 'stored', content: 'good morning' }]);
    await second.hub.kill();
  });
});

/** All that it is told up to a message with this content. */
async function untilContent(
  client: Awaited<ReturnType<PythonClients['join']>>,
  content: string | undefined,
): Promise<Told[]> {
  const told: Told[] = [];
  while (told.at(-1)?.content !== content) told.push(...(await client.take(1)));
  return told;
}
