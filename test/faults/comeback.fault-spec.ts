import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { HubClient } from '@ws-hub/hub-client';
import { freePort, quantileBetween, scrape, startHubProgram } from '@ws-hub/testing';
import { figure, LONG } from './figures.js';

const CLIENTS = LONG ? 2_000 : 300;

test(`${CLIENTS} clients that are cut off in one moment all reconnect`, async () => {
  const metricsPort = await freePort();
  const { hub, port } = await startHubProgram('--metrics-port', String(metricsPort));
  const { proxy, url, cut } = await startProxy(port);
  const clients = Array.from(
    { length: CLIENTS },
    () => new HubClient({ url, initialMs: 1_000, maxMs: 30_000, silenceTimeoutMs: 60_000 }),
  );

  await allConnect(clients, () => {
    for (const client of clients) client.start();
  });
  const before = await scrape(metricsPort);
  const startMs = performance.now();
  await allConnect(clients, cut);
  figure(`${CLIENTS} clients cut off: all are back after`, (performance.now() - startMs) / 1_000, 's');
  const samples = await scrape(metricsPort);
  const delay = quantileBetween(before, samples, 'hub_event_loop_delay_seconds', 1);
  figure(`${CLIENTS} clients cut off: largest delay of the event loop, at most`, delay * 1_000, 'ms');
  expect(samples.get('hub_connects_total{result="accepted"}')).toBe(2 * CLIENTS);

  await Promise.all(clients.map((client) => client.close()));
  proxy.close();
  await hub.kill();
}, 120_000);

/** Resolves when each client has connected once more after `begin` was called. */
async function allConnect(clients: readonly HubClient[], begin: () => void): Promise<void> {
  const connected = clients.map(
    (client) =>
      new Promise<void>((resolve) => {
        const listener = () => {
          client.off('connected', listener);
          resolve();
        };
        client.on('connected', listener);
      }),
  );
  begin();
  await Promise.all(connected);
}

/** A TCP proxy that can drop all its connections at once. */
async function startProxy(port: number) {
  const sockets: Socket[] = [];
  const proxy = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) socket.on('error', () => socket.destroy());
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
    sockets.push(near, far);
    near.pipe(far).pipe(near);
  }).listen({ port: 0, host: '127.0.0.1', backlog: CLIENTS });
  await once(proxy, 'listening');
  const cut = () => {
    for (const socket of sockets.splice(0)) socket.destroy();
  };
  return { proxy, cut, url: `ws://127.0.0.1:${(proxy.address() as AddressInfo).port}/ws` };
}
