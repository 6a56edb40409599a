import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { start, stop } from '../children.js';
import { HUB_PROGRAM } from '../paths.js';
import { listening } from '../server-process.js';

const SECRET = 'a secret that is only for the benchmark';
const READY = /Server is ready/;

/** A NATS server and its hubs, all on this machine, not pinned to cores. */
export interface Nodes {
  readonly natsPid: number;
  readonly hubPids: readonly number[];
  readonly ports: readonly number[];
  end(): Promise<void>;
}

export async function startNodes(count: number): Promise<Nodes> {
  const folder = await mkdtemp(join(tmpdir(), 'ws-hub-bench-'));
  const port = await freePort();
  const file = join(folder, 'nats.conf');
  await writeFile(file, `listen: 127.0.0.1:${port}\njetstream { store_dir: ${JSON.stringify(folder)} }\n`);
  const nats = start(undefined, ['nats-server', '-c', file], ['ignore', 'ignore', 'pipe']);
  if (nats.stderr) for await (const line of createInterface(nats.stderr)) if (READY.test(line)) break;
  nats.stderr?.resume();
  const flags = ['--port', '0', '--host', '127.0.0.1', '--metrics-port', '0'];
  const env = { NATS_URL: `nats://127.0.0.1:${port}`, HUB_SECRET: SECRET };
  const hubs = Array.from({ length: count }, () =>
    start(undefined, [process.execPath, HUB_PROGRAM, 'server', ...flags], ['ignore', 'pipe', 'pipe'], env),
  );
  const ports = await Promise.all(hubs.map((hub) => listening(hub)));
  return {
    natsPid: nats.pid as number,
    hubPids: hubs.map(({ pid }) => pid as number),
    ports,
    end: async () => {
      await Promise.all(hubs.map(stop));
      await stop(nats);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
