import { readdirSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Inspector, Program, TestClient } from '@ws-hub/testing';
import { figure, LONG } from './figures.js';

const CYCLES = LONG ? 20_000 : 2_000;
const AT_ONCE = 50;
/** Cycles before the first measurement, so that caches are filled and code is compiled. */
const WARM_UP = 1_000;
const HEAP_SLACK = 0.05;

interface Held {
  readonly descriptors: number;
  readonly resources: Record<string, number>;
  readonly heap: number;
}

/** What keeps the event loop alive, by kind, except for a log line that is being written at this moment. */
const RESOURCES = `process.getActiveResourcesInfo()
  .filter((name) => name !== 'FSReqCallback')
  .reduce((all, name) => ({ ...all, [name]: (all[name] ?? 0) + 1 }), {})`;

describe('clients that connect and disconnect', () => {
  let hub: Program;
  let inspector: Inspector;
  afterEach(async () => {
    inspector.close();
    await hub.kill();
  });

  async function look(): Promise<Held> {
    const heap = await inspector.heapAfterCollection();
    const descriptors = readdirSync(`/proc/${hub.process.pid}/fd`).length;
    return { descriptors, heap, resources: await inspector.evaluate<Record<string, number>>(RESOURCES) };
  }

  async function cycle(url: string, count: number): Promise<void> {
    for (let done = 0; done < count; done += AT_ONCE) {
      const clients = await Promise.all(Array.from({ length: AT_ONCE }, () => TestClient.connect(url)));
      clients[0]?.send('hello');
      await Promise.all(clients.slice(1).map((client) => client.next()));
      await Promise.all(clients.map((client, at) => (at % 2 === 0 ? client.close() : client.vanish())));
    }
    await hub.event('client_disconnected', ({ connections }) => connections === 0);
  }

  test('leave nothing behind: connections, timers, descriptors, heap', async () => {
    hub = Program.start(
      ['server', '--port', '0', '--host', '127.0.0.1', '--metrics-port', '0'],
      {},
      undefined,
      ['--inspect=0'],
    );
    const url = `ws://127.0.0.1:${(await hub.event('listening')).port}/ws`;
    inspector = await Inspector.connect(/ws:\/\/\S+/.exec(hub.stderr)?.[0] ?? '');
    await cycle(url, WARM_UP);
    const before = await look();
    await cycle(url, CYCLES);
    const after = await look();
    figure(`${CYCLES} cycles: descriptors before`, before.descriptors, '');
    figure(`${CYCLES} cycles: descriptors after`, after.descriptors, '');
    figure(`${CYCLES} cycles: active resources before`, sum(before.resources), '');
    figure(`${CYCLES} cycles: active resources after`, sum(after.resources), '');
    figure(`${CYCLES} cycles: heap before`, before.heap / 1e6, 'MB');
    figure(`${CYCLES} cycles: heap after`, after.heap / 1e6, 'MB');
    expect(after.descriptors).toBe(before.descriptors);
    expect(after.resources).toEqual(before.resources);
    expect(after.heap).toBeLessThan(before.heap * (1 + HEAP_SLACK));
  }, 300_000);
});

function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
