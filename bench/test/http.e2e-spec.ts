import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import type { HttpJob } from '../src/http/job.js';
import { fire } from '../src/http/load/volley.js';
import { HTTP_LOADS, type HttpLoad } from '../src/http/loads.js';

const REQUESTS = 40;
const CONNECTIONS = 4;
const GOOD = '{"id":"f233-1","duplicate":false}';
const [single] = HTTP_LOADS as [HttpLoad];

let server: Server;

afterEach(() => {
  server.closeAllConnections();
  server.close();
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
