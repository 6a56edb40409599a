import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Program, startHubProgram, TestClient } from '@ws-hub/testing';
import { figure } from './figures.js';

const PING_INTERVAL_MS = 1_000;
const PING_TIMEOUT_MS = 400;
const JITTER = 1.2;
const SLACK_MS = 1_000;
/** The contract's promise for the intervals of this test, with slack for a busy machine. */
const GONE_WITHIN_MS = PING_INTERVAL_MS * JITTER + PING_TIMEOUT_MS + SLACK_MS;

describe('a client that falls silent', () => {
  const programs: Program[] = [];
  afterEach(async () => {
    await Promise.all(programs.splice(0).map((program) => program.kill()));
  });

  async function startHub(): Promise<{ hub: Program; port: number }> {
    const limits = ['--ping-interval', String(PING_INTERVAL_MS), '--ping-timeout', String(PING_TIMEOUT_MS)];
    const { hub, port } = await startHubProgram(...limits);
    programs.push(hub);
    return { hub, port };
  }

  async function expectGone(hub: Program, what: string): Promise<void> {
    const startMs = performance.now();
    await hub.event('client_disconnected');
    const goneMs = performance.now() - startMs;
    figure(`${what}: gone after`, goneMs / 1_000, 's');
    expect(goneMs).toBeLessThan(GONE_WITHIN_MS);
  }

  test('because its process was stopped is gone within the promised time', async () => {
    const { hub, port } = await startHub();
    const client = Program.start(['client', '--url', `ws://127.0.0.1:${port}/ws`]);
    programs.push(client);
    await hub.event('client_connected');
    client.signal('SIGSTOP');
    await expectGone(hub, 'stopped process');
  });

  test('because the network between has stopped is gone within the promised time', async () => {
    const { hub, port } = await startHub();
    const sockets: Socket[] = [];
    const proxy = createServer((near) => {
      const far = connect(port, '127.0.0.1');
      sockets.push(near, far);
      near.pipe(far).pipe(near);
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    await TestClient.connect(`ws://127.0.0.1:${(proxy.address() as AddressInfo).port}/ws`);
    await hub.event('client_connected');
    for (const socket of sockets) socket.unpipe().pause();
    await expectGone(hub, 'frozen network');
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
});
