import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { nextTurn, onPath, TestClient, V1Client } from '@ws-hub/testing';
import { read, serverOptions } from '../repository.js';
import { type Guide, readGuide } from './guide.js';
import { Walk } from './walk.js';

const PROXIES = ['nginx', 'caddy', 'haproxy'];
const missing = PROXIES.filter((name) => onPath(name) === undefined);
const NOT_TRIED = `not on PATH, so their guides were not tried: ${missing.join(', ')}; npm run setup:test`;
if (missing.length > 0) process.stderr.write(`${NOT_TRIED}\n`);

/** Addresses of the loopback that only Linux has without being told. */
const [ALICE, BOB] = ['127.0.0.2', '127.0.0.3'];
const isOnLinux = process.platform === 'linux';

const HAPROXY_TIMEOUTS = /timeout (?:tunnel|client|server) (\d+)s/g;

const preset = (variable: string) =>
  Number(serverOptions.find((option) => option.variable === variable)?.default);

test('all proxies are there, where CI is set', () => {
  expect({ missing: process.env.CI ? missing : [], NOT_TRIED }).toMatchObject({ missing: [] });
});

describe('the configuration of', () => {
  const everything = (name: string) =>
    name.includes('/') ? read(name) : [...readGuide(name).files.values()].join('\n');

  test.each([
    ['nginx', /proxy_read_timeout (\d+)s/g, 2],
    ['haproxy', HAPROXY_TIMEOUTS, 3],
    ['cluster-on-one-machine', HAPROXY_TIMEOUTS, 3],
    ['deploy/haproxy/haproxy.cfg', HAPROXY_TIMEOUTS, 3],
  ])('%s outlasts two pings of the hub', (name, pattern, count) => {
    const seconds = [...everything(name).matchAll(pattern)].map(([, value]) => Number(value));
    expect(seconds.length).toBe(count);
    const twoPingsS = (2 * 1.2 * preset('PING_INTERVAL')) / 1_000;
    expect(seconds.filter((value) => value <= twoPingsS)).toEqual([]);
  });

  test('nginx and caddy take the bodies that the hub takes', () => {
    expect(everything('nginx')).toContain('client_max_body_size 1m;');
    expect(everything('caddy')).toContain('max_size 1MiB');
    expect(preset('MAX_HTTP_BODY')).toBe(1024 * 1024);
  });
});

describe.each(PROXIES)('behind %s, as its guide says,', (name) => {
  const fact = missing.includes(name) ? test.skip : test;
  const factOnLinux = isOnLinux ? fact : test.skip;
  const guide = readGuide(name);
  const start = guide.steps.findIndex((step) => 'name' in step && step.name === 'proxy');
  let walk: Walk;
  let url: string;
  let direct: string;
  let trusted: { ca: Buffer };

  beforeAll(async () => {
    if (missing.includes(name)) return;
    walk = await Walk.begin(guide, undefined, undefined, {
      variables: {
        UNLIMITED_NETWORKS: '127.0.0.1,::1',
        MAX_CONNECTIONS_PER_IP: '2',
      },
    });
    for (const step of guide.steps.slice(0, start)) await walk.take(step);
    await startProxy();
    trusted = { ca: readFileSync(join(walk.folder, 'hub.crt')) };
    url = `wss://localhost:${walk.ports.of('8443')}/ws`;
    direct = `ws://127.0.0.1:${walk.ports.hub}/ws`;
  });
  afterAll(() => walk?.end());

  async function startProxy(): Promise<void> {
    await walk.take(guide.steps[start] as Guide['steps'][number]);
    while (!(await isTaken(walk.ports.of('8443')))) await nextTurn();
  }

  fact('what the guide shows is what happens', async () => {
    for (const step of guide.steps.slice(start + 1)) await walk.take(step);
  });

  fact('plain clients talk both ways', async () => {
    const [alice, bob] = await Promise.all([url, direct].map((each) => TestClient.connect(each, trusted)));
    alice?.send('from outside');
    expect(await bob?.next()).toMatchObject({ content: 'from outside', client_id: alice?.clientId });
    bob?.send('x'.repeat(60_000));
    expect((await alice?.next())?.content).toHaveLength(60_000);
    await Promise.all([alice?.close(), bob?.close()]);
  });

  fact('a hub.v1 client resumes after the proxy was killed', async () => {
    const alice = await V1Client.join(url, {}, trusted);
    await walk.kill('proxy');
    await alice.closed;
    const bob = await V1Client.join(direct);
    bob.publish('1', 'said meanwhile');
    await bob.next('ack');
    await startProxy();
    const { session, position: since } = alice.welcome;
    const back = await V1Client.join(url, { session, since }, trusted);
    expect(back.welcome).toMatchObject({ recovered: true, client_id: alice.welcome.client_id });
    expect(await back.next('message')).toMatchObject({ content: 'said meanwhile' });
    await Promise.all([back.close(), bob.close()]);
  });

  factOnLinux('the hub has limits for the addresses of clients, whatever they claim', async () => {
    const from = (localAddress: string) =>
      TestClient.connect(url, { ...trusted, localAddress, headers: { 'X-Forwarded-For': '203.0.113.9' } });
    const two = [await from(ALICE), await from(ALICE)];
    await expect(from(ALICE)).rejects.toThrow('429');
    two.push(await from(BOB));
    await Promise.all(two.map((client) => client.close()));
  });

  fact('a publish passes up to the limit of the hub, and gets 413 above it', async () => {
    const key = readFileSync(join(walk.folder, 'shop.key'), 'utf8').trim();
    const api = url.replace(/^ws(.*)\/ws$/, 'http$1/v1/messages');
    const begin = (length: number) =>
      request(api, {
        ...{ method: 'POST', agent: false, ...trusted },
        headers: { 'X-API-Key': key, 'Content-Type': 'application/json', 'Content-Length': length },
      });
    const body = JSON.stringify(Array(17).fill({ channel: 'orders', content: 'x'.repeat(60_000) }));
    expect(await statusOf(begin(body.length).end(body))).toBe(200);
    const tooLong = begin(preset('MAX_HTTP_BODY') + 1);
    tooLong.flushHeaders();
    expect(await statusOf(tooLong)).toBe(413);
  });

  fact('what is not for the internet cannot be reached', async () => {
    const readyz = request(url.replace(/^ws(.*)\/ws$/, 'http$1/readyz'), { agent: false, ...trusted });
    expect(await statusOf(readyz.end())).toBe(404);
  });

  fact('clients are told to reconnect when the hub shuts down', async () => {
    const alice = await TestClient.connect(url, trusted);
    walk.signal('hub', 'SIGTERM');
    expect(await alice.closed).toEqual({
      code: 1012,
      reason: expect.stringMatching(/^reconnect in \d+ ms$/),
    });
  });
});

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

async function statusOf(sent: ClientRequest): Promise<number | undefined> {
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  sent.on('error', () => sent.destroy());
  response.destroy();
  return response.statusCode;
}
