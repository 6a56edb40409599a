import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  freePort,
  KeyFile,
  type Program,
  RawSocket,
  scrape,
  startHubProgram,
  TestClient,
} from '@ws-hub/testing';
import { Crowd, forgetPeak, pace, quantile, residentMb, stamped } from './crowd.js';
import { figure, LONG } from './figures.js';

const HEALTHY = 100;
const PER_SECOND = 100;
const MESSAGE_BYTES = 1_000;
const ROUNDS = LONG ? 5 : 1;
const SECONDS = LONG ? 15 : 1;
/** Compiling the code of both sides is not measured. */
const WARM_UP_MESSAGES = LONG ? PER_SECOND : 20;
/** The short form has no time for the ten seconds that bytes may wait by default. */
const BOUNDS = LONG ? [] : ['--max-queue-age', '1500'];
/** The kernel's buffers hold megabytes before a byte waits in the hub: so many are sent first. */
const FILLER = 'x'.repeat(60_000);

type Kind = 'WebSockets' | 'streams';

describe('readers that never read, among healthy ones under load', () => {
  let hub: Program;
  let metricsPort: number;
  let url: string;
  let port: number;
  beforeEach(async () => {
    metricsPort = await freePort();
    const flags = ['--metrics-port', String(metricsPort), '--api-keys-file', new KeyFile().path, ...BOUNDS];
    ({ hub, port, url } = await startHubProgram(...flags));
  });
  afterEach(() => hub.kill());

  /** One publishes, all others must receive everything. @returns p99 of the healthy clients in ms */
  async function load(): Promise<number> {
    const crowd = await Crowd.join(url, HEALTHY);
    const [talker] = crowd.clients;
    const messages = SECONDS * PER_SECOND;
    await pace(WARM_UP_MESSAGES, PER_SECOND, () => talker?.send(stamped(MESSAGE_BYTES)));
    crowd.latenciesMs.length = 0;
    await pace(messages, PER_SECOND, () => talker?.send(stamped(MESSAGE_BYTES)));
    await talker?.close();
    await Promise.all(crowd.clients.slice(1).map((client) => client.close()));
    const listeners = crowd.heard.slice(1);
    expect(listeners.map((heard) => heard.length)).toEqual(listeners.map(() => WARM_UP_MESSAGES + messages));
    return quantile(crowd.latenciesMs, 0.99);
  }

  async function openStream(): Promise<RawSocket> {
    const socket = await RawSocket.connect(port);
    socket.write('GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await socket.readUntil('"type":"welcome"');
    return socket;
  }

  /** Readers that have stopped, for each of which bytes wait in the hub. */
  async function stalledReaders(kind: Kind, count: number): Promise<RawSocket[]> {
    const join = async () => {
      const socket = kind === 'streams' ? await openStream() : await RawSocket.upgrade(port, '/ws');
      socket.socket.pause();
      return socket;
    };
    const sockets = await Promise.all(Array.from({ length: count }, join));
    const filler = await TestClient.connect(url);
    for (;;) {
      filler.send(FILLER);
      const queued = (await scrape(metricsPort)).get('hub_queued_bytes') ?? 0;
      if (queued > count * FILLER.length) break;
    }
    await filler.close();
    return sockets;
  }

  test.each<[number, Kind]>([
    [1, 'WebSockets'],
    [64, 'WebSockets'],
    [64, 'streams'],
  ])(
    '%d of them that are %s are evicted, and no other client loses a message',
    async (count, kind) => {
      const [without, withThem, waits, growths]: number[][] = [[], [], [], []];
      for (let round = 0; round < ROUNDS; round++) {
        without?.push(await load());
        const startMb = residentMb(hub.process.pid);
        forgetPeak(hub.process.pid);
        const sockets = await stalledReaders(kind, count);
        withThem?.push(await load());
        growths?.push(residentMb(hub.process.pid, 'peak') - startMb);
        for (let cut = 0; cut < count; cut++) {
          waits?.push(Number((await hub.event('slow_consumer')).waited_ms) / 1_000);
        }
        for (const socket of sockets) socket.destroy();
      }
      const what = `${count} stalled ${kind}, ${ROUNDS} rounds:`;
      figure(`${what} p99 of the healthy without them (median)`, quantile(without ?? [], 0.5), 'ms');
      figure(`${what} p99 of the healthy with them (median)`, quantile(withThem ?? [], 0.5), 'ms');
      figure(`${what} longest from a first byte that waits to the cut`, Math.max(...(waits ?? [])), 's');
      figure(`${what} most growth of resident memory`, Math.max(...(growths ?? [])), 'MB');
    },
    600_000,
  );
});
