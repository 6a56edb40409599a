import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, expect, test } from '@jest/globals';
import type { HttpJob } from '../src/http/job.js';
import { fire } from '../src/http/load/volley.js';
import { HTTP_LOADS, type HttpLoad } from '../src/http/loads.js';
import type { HttpRun } from '../src/http/summary.js';

const MAIN = fileURLToPath(new URL('../../dist/bench/bench/src/http/main.js', import.meta.url));

const REQUESTS = 40;
const CONNECTIONS = 4;
const GOOD = '{"id":"f233-1","duplicate":false}';
const [single] = HTTP_LOADS as [HttpLoad];

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Sends requests to a server that answers the first one as the test wants, and all others as the hub does. */
async function fireAt(first: (response: ServerResponse) => void) {
  let requests = 0;
  server = createServer((request, response) => {
    request.resume().once('end', () => {
      if (requests++ === 0) first(response);
      else response.end(GOOD);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const target = { port, serverPid: process.pid, hasLog: false, apiKey: 'x', load: single.name };
  const job: HttpJob = { ...target, connections: CONNECTIONS, warmUpMs: 0, measureMs: 0 };
  return { volley: await fire(job, single, REQUESTS), requests };
}

const none = { requests: REQUESTS, refused: 0, misshapen: 0, unanswered: 0 };

test.each([
  ['as it should be', (response: ServerResponse) => response.end(GOOD), none],
  [
    'with a problem',
    (response: ServerResponse) => response.writeHead(429).end('{}'),
    { ...none, refused: 1 },
  ],
  ['with another body', (response: ServerResponse) => response.end('{}'), { ...none, misshapen: 1 }],
  ['with a cut', (response: ServerResponse) => response.destroy(), { ...none, unanswered: 1 }],
])('a request that is answered %s is counted as such', async (_, first, expected) => {
  const { volley, requests } = await fireAt(first);
  expect(volley).toMatchObject(expected);
  expect(requests).toBe(REQUESTS);
});

test('both hubs store as many messages as they answer, and the report says so', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'bench-'));
  const json = join(directory, 'report.json');
  const flags = ['--servers', 'embedded,standalone', '--loads', 'batch', '--rounds', '1', '--seconds', '0.2'];
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN, ...flags, '--json', json]);
  expect(stdout).toContain('every answer had the ids of new messages, and as many were stored');
  const { runs } = JSON.parse(await readFile(json, 'utf8')) as { runs: readonly HttpRun[] };
  await rm(directory, { recursive: true });
  expect(runs.map((run) => run.server)).toEqual(['embedded', 'standalone']);
  for (const { measurement } of runs) {
    expect(measurement?.answered).toBeGreaterThan(0);
    expect(measurement?.stored).toBe(measurement?.answered);
  }
});
