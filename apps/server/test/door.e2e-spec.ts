import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { WorkBudget } from '@ws-hub/hub';
import { HubMetrics } from '@ws-hub/nestjs';
import { handshake, Program, RawSocket, TestClient } from '@ws-hub/testing';
import { WaitingRoom } from '../src/standalone/waiting-room.js';
import { startHub, startHubIn, type TestHub } from './start-hub.js';

const HEALTH = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n';
/** Tests are on the loopback, which has no limits by default. */
const LIMITS_FOR_ALL = ['--unlimited-networks', 'none'];

describe('the door', () => {
  let hub: TestHub;
  afterEach(() => hub.close());

  async function refusals(reason: string): Promise<number> {
    const { values } = await hub.app.get(HubMetrics).refusals.get();
    return values.find(({ labels }) => labels.reason === reason)?.value ?? 0;
  }

  async function stillServes(): Promise<void> {
    const [alice, bob] = [await TestClient.connect(hub.url), await TestClient.connect(hub.url)];
    alice.send('still here');
    expect((await bob.next()).content).toBe('still here');
  }

  const text = async (socket: RawSocket) => (await socket.readToEnd()).toString();
  const from = (address: string) => ({ headers: { 'X-Forwarded-For': address } });

  test('cuts off sockets of one address that say nothing, beyond its connections and a few', async () => {
    hub = await startHub('--max-connections-per-ip', '2', ...LIMITS_FOR_ALL);
    const sockets = await Promise.all(Array.from({ length: 12 }, () => RawSocket.connect(hub.port)));
    const more = await Promise.all(Array.from({ length: 20 }, () => RawSocket.connect(hub.port)));
    for (const socket of more) expect(await text(socket)).toBe('');
    expect(await refusals('sockets_per_ip')).toBe(20);
    // One that goes makes room for one that comes.
    const [first, second] = sockets as [RawSocket, RawSocket];
    first.socket.end();
    second.socket.end();
    await Promise.all([first.readToEnd(), second.readToEnd()]);
    await stillServes();
  });

  test('counts a socket that becomes a connection once', async () => {
    hub = await startHub(
      ...['--max-connections-per-ip', '20', '--max-connects-per-ip-per-second', '0'],
      ...LIMITS_FOR_ALL,
    );
    const clients = await Promise.all(Array.from({ length: 20 }, () => TestClient.connect(hub.url)));
    await expect(TestClient.connect(hub.url)).rejects.toThrow('429');
    await Promise.all(clients.map((client) => client.close()));
    await Promise.all(Array.from({ length: 20 }, () => TestClient.connect(hub.url)));
  });

  test.each([
    ['in HTTP', {}, / 401 /],
    ['by a close code', { Origin: 'https://page.example' }, / 101 /],
  ])(
    'counts a socket again whose token is refused %s, for as long as it stays',
    async (_how, headers, status) => {
      hub = await startHubIn({ AUTH: 'required', JWT_SECRET: 'cedar-kettle-93-plume-anvil-frost-oat' });
      const room = hub.app.get(WaitingRoom);
      const enter = room.enter.bind(room);
      const entered: Socket[] = [];
      room.enter = (socket) => {
        entered.push(socket);
        enter(socket);
      };
      const socket = await RawSocket.connect(hub.port);
      socket.write(handshake('/ws?access_token=nonsense', headers));
      expect(await socket.readHead()).toMatch(status);
      const [first] = entered;
      expect(entered).toEqual([first, first]);
      socket.destroy();
    },
  );

  test('answers 429 to an address that asks too often, and not to others behind the same proxy', async () => {
    hub = await startHub('--max-http-rate-per-ip', '3', '--trusted-proxies', '127.0.0.1');
    const health = (address: string) => fetch(`http://127.0.0.1:${hub.port}/healthz`, from(address));
    const answers = await Promise.all(Array.from({ length: 30 }, () => health('1.2.3.4')));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    for (const { headers } of refused) expect(headers.get('retry-after')).toBe('5');
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(3);
    expect((await health('1.2.3.5')).status).toBe(200);
  });

  test('counts handshakes that are refused for another reason as well', async () => {
    hub = await startHub('--max-connects-per-ip-per-second', '3', ...LIMITS_FOR_ALL);
    const attempts = Array.from({ length: 30 }, () => TestClient.connect(`${hub.url}?channel=`));
    const results = await Promise.allSettled(attempts);
    expect(String(results.map((result) => result.status === 'rejected' && result.reason))).toContain('429');
  });

  test.each([
    ['/healthz', 'Content-Length: 12', '{"a":[[[]]]}'],
    ['/readyz', 'Transfer-Encoding: chunked', '0\r\n\r\n'],
    ['/ws', 'Content-Length: 12', '{"a":[[[]]]}'],
    ['/nowhere', 'Content-Length: 1000000', '{"a":['],
    ['/nowhere', 'Expect: 100-continue\r\nContent-Length: 1000000', ''],
    ['/nowhere', 'Expect: something\r\nContent-Length: 1000000', ''],
  ])('answers 400 to a body for %s (%s) before it is read', async (path, header, body) => {
    hub = await startHub();
    const socket = await RawSocket.connect(hub.port);
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${header}\r\n\r\n${body}`,
    );
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toMatch(/\r\nConnection: close\r\n/i);
    expect(await refusals('body')).toBe(1);
  });

  test('answers 400 to a request without a Host', async () => {
    hub = await startHub();
    const socket = await RawSocket.connect(hub.port);
    socket.write('GET /healthz HTTP/1.1\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('ends a socket that sends requests before it has its answers, without reading them all', async () => {
    hub = await startHub();
    let seen = 0;
    (hub.app.getHttpServer() as Server).on('request', () => seen++);
    const socket = await RawSocket.connect(hub.port);
    socket.write(HEALTH.repeat(1_300));
    expect((await text(socket)).match(/HTTP\/1\.1/g) ?? []).toHaveLength(0);
    expect(await refusals('pipelined')).toBe(1);
    // The first, and the one that was too soon.
    expect(seen).toBe(2);
    await stillServes();
  });

  test('takes one request after the other on a socket', async () => {
    hub = await startHub();
    const socket = await RawSocket.connect(hub.port);
    for (let i = 0; i < 100; i++) {
      socket.write(HEALTH);
      expect(await socket.readHead()).toMatch(/^HTTP\/1\.1 200 /);
      await socket.readUntil('}');
    }
    socket.write(handshake('/ws'));
    expect(await socket.readHead()).toMatch(/^HTTP\/1\.1 101 /);
    socket.destroy();
  });

  test('holds requests and upgrades for a later turn, and those whose peer has gone harm nobody', async () => {
    hub = await startHub();
    const budget = hub.app.get(WorkBudget);
    const run = budget.run.bind(budget);
    const held: (() => void)[] = [];
    const all = new Promise<void>((resolve) => {
      budget.run = (_lane, task) => {
        if (held.push(task) === 41) resolve();
      };
    });
    const sockets = await Promise.all(Array.from({ length: 40 }, () => RawSocket.connect(hub.port)));
    sockets.forEach((socket, i) => {
      socket.write(i % 2 ? handshake('/ws') : HEALTH);
    });
    const patient = TestClient.connect(hub.url);
    await all;
    for (const { socket } of sockets) socket.resetAndDestroy();
    budget.run = run;
    await stillServes();
    for (const task of held) task();
    await (await patient).close();
    await stillServes();
  });
});

describe('a hub with few descriptors', () => {
  let hub: Program;
  afterEach(() => hub.kill());

  test('takes WebSockets while one address sits on as many other sockets as it can', async () => {
    hub = Program.startWith(400, ['server', '--port', '0', '--host', '127.0.0.1', '--metrics-port', '0']);
    const port = Number((await hub.event('listening')).port);
    const sitting = await Promise.all(Array.from({ length: 380 }, () => RawSocket.connect(port)));
    // Who is here for longest makes room: each has had its answer, or was cut off, before the next one comes.
    const settled = sitting.map((socket) => {
      if (socket.socket.writable) socket.write(HEALTH);
      return socket.readUntil('"ok"').catch(() => undefined);
    });
    await Promise.all(settled);
    const url = `ws://127.0.0.1:${port}/ws`;
    const clients = await Promise.all(Array.from({ length: 50 }, () => TestClient.connect(url)));
    clients[0]?.send('hello');
    expect((await (clients[49] as TestClient).next()).content).toBe('hello');
    for (const socket of sitting) socket.destroy();
  });

  test('answers 503 to the first client that it has no descriptor for', async () => {
    hub = Program.startWith(400, ['server', '--port', '0', '--host', '127.0.0.1', '--metrics-port', '0']);
    const url = `ws://127.0.0.1:${(await hub.event('listening')).port}/ws`;
    const clients: TestClient[] = [];
    const connectAll = async () => {
      while (clients.length < 400) clients.push(await TestClient.connect(url));
    };
    await expect(connectAll()).rejects.toThrow('503');
    expect(clients.length).toBeGreaterThan(200);
  });

  test('says once that a proxy is in front which it does not trust', async () => {
    hub = Program.start(['server', '--port', '0', '--host', '127.0.0.1', '--metrics-port', '0']);
    const url = `ws://127.0.0.1:${(await hub.event('listening')).port}/ws`;
    const client = await TestClient.connect(url, { headers: { 'X-Forwarded-For': '1.2.3.4' } });
    await TestClient.connect(url, { headers: { 'X-Forwarded-For': '1.2.3.5' } });
    expect(await hub.event('untrusted_proxy')).toMatchObject({ level: 40, remote_address: '127.0.0.1' });
    await client.close();
    hub.signal('SIGTERM');
    await once(hub.process, 'exit');
    expect(hub.count('untrusted_proxy')).toBe(1);
  });
});
