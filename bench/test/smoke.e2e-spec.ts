import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Run } from '../src/summary.js';

const MAIN = fileURLToPath(new URL('../../dist/bench/bench/src/main.js', import.meta.url));
const run = promisify(execFile);

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bench-'));
});

afterEach(() => rm(directory, { recursive: true }));

test('hub, its event streams and plain ws loop deliver everything once and in order, and the report says so', async () => {
  const json = join(directory, 'report.json');
  const flags = [
    '--scenario',
    'fan-out',
    '--servers',
    'hub,hub-sse,hub-auth,ws',
    '--quick',
    '--seconds',
    '1',
    '--json',
    json,
  ];
  const { stdout } = await run(process.execPath, [MAIN, ...flags]);
  expect(stdout).toContain('nothing lost, nothing twice, nothing out of order');

  const { machine, runs, summaries } = JSON.parse(await readFile(json, 'utf8'));
  expect(machine).toMatchObject({ node: process.version, cores: expect.any(Number) });
  expect(summaries).toHaveLength(4);
  expect(runs.map(({ server }: Run) => server)).toEqual(['hub', 'hub-sse', 'hub-auth', 'ws']);
  for (const { measurement } of runs as Run[]) {
    expect(measurement).toMatchObject({
      lost: 0,
      duplicates: 0,
      outOfOrder: 0,
      drained: true,
      deliveriesPerSecond: expect.any(Number),
      generatorCpuPercent: expect.any(Number),
      latency: { p50Ms: expect.any(Number), p99Ms: expect.any(Number) },
    });
    expect(measurement?.deliveries).toBeGreaterThan(0);
  }
});

test('an unknown server is one line that names those that are known', async () => {
  const failed = run(process.execPath, [MAIN, '--servers', 'nobody']);
  await expect(failed).rejects.toMatchObject({
    code: 1,
    stderr:
      'bench: --servers: unknown "nobody"; allowed: hub, hub-lean, hub-v1, hub-sse, hub-auth, hub-auth-v1, hub-traced, hub-traced-v1, hub-explain, hub-explain-v1, hub-other, hub-other-v1, ws, nest, socketio, uws, bun\n',
  });
});
