import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { hashPassword, readConfig, StartError } from '@ws-hub/config';
import type { Explanation } from '@ws-hub/console-api';
import { freePort } from '@ws-hub/testing';
import { explainCommand } from './config/explain.config.js';
import { ConsoleClient } from './console-client.js';
import { explain } from './explain.js';

const PASSWORD = 'größer als nötig';
const COOKIE = 'ws_hub_console=session-1';
const EXPLAINED: Explanation = {
  message: {
    id: 'm',
    channel: 'main',
    clientId: 's',
    timestamp: 1_795_438_000,
    storedIn: 'memory',
    contentLength: 1,
  },
  clients: [],
  total: 0,
  hubs: ['1a2b3c4d'],
  notes: ['\u001b\u202e'],
};

type Respond = (request: IncomingMessage, response: ServerResponse) => unknown;

/** Answers what each test wants, and takes down what it was asked. */
let respond: Respond;
let asked: string[] = [];
const server = createServer(async (request, response) => {
  const { method, url, headers } = request;
  asked.push([method, url, headers.cookie, await text(request)].filter(Boolean).join(' '));
  // No test is handed a connection of another one.
  response.setHeader('Connection', 'close');
  respond(request, response);
});
const folder = mkdtempSync(join(tmpdir(), 'ws-hub-explain-'));
const passwordFile = join(folder, 'password');
let url: string;

const json =
  (status: number, body: unknown, headers = {}): Respond =>
  (_request, response) =>
    response.writeHead(status, headers).end(JSON.stringify(body));

/** A console that knows the password, and goes on as a test wants. */
const signedIn =
  (then: Respond): Respond =>
  (request, response) =>
    request.method === 'POST'
      ? json(
          200,
          { needsPassword: true, isOpen: true },
          { 'Set-Cookie': `${COOKIE}; Path=/; HttpOnly` },
        )(request, response)
      : then(request, response);

const ask = (...argv: string[]) =>
  explain(readConfig(explainCommand, { argv: ['--url', url, ...argv], env: {}, dotenv: {} }));

/** What the command would say on stderr, and end with. */
async function refusal(...argv: string[]) {
  const error = await ask(...argv).catch((reason: unknown) => reason);
  if (!(error instanceof StartError)) throw error;
  expect(error.message).not.toContain(PASSWORD);
  return { code: error.exitCode, said: error.message };
}

beforeAll(async () => {
  writeFileSync(passwordFile, `${PASSWORD}\n`);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  asked = [];
  respond = json(200, EXPLAINED);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

test('a message and a client travel as they are, to a console that may be below a path', async () => {
  await ask('m&1', 'c d', '--url', `${url}/ops/`);
  await ask('m');
  expect(asked).toEqual(['GET /ops/api/explain?message=m%261&client=c+d', 'GET /api/explain?message=m']);
});

test('--json prints the answer as one line, in which nothing steers a terminal', async () => {
  const lines = await ask('m', '--json');
  expect(lines.map((line) => JSON.parse(line))).toEqual([EXPLAINED]);
  expect(lines[0]).not.toMatch(/[\p{Cc}\u202e]/u);
});

describe('a console with a password', () => {
  const login = `POST /api/session ${JSON.stringify({ password: PASSWORD })}`;
  const question = `GET /api/explain?message=m ${COOKIE}`;
  const logout = `DELETE /api/session ${COOKIE}`;

  test('is signed in to, and out of, so that the sessions of people stay', async () => {
    respond = signedIn(json(200, EXPLAINED));
    expect(await ask('m', '--password-file', passwordFile)).toContain('hubs     1a2b3c4d');
    expect(asked).toEqual([login, question, logout]);
  });

  test('is signed out of too where it explains nothing', async () => {
    respond = signedIn(json(404, { error: 'no such message' }));
    const { code, said } = await refusal('m', '--password-file', passwordFile);
    expect([code, said]).toEqual([65, 'the hub says: no such message']);
    expect(asked).toEqual([login, question, logout]);
  });

  test('may break off after its answer', async () => {
    respond = signedIn((request, response) =>
      request.method === 'DELETE' ? response.destroy() : json(200, EXPLAINED)(request, response),
    );
    expect(await ask('m', '--password-file', passwordFile)).toContain('hubs     1a2b3c4d');
  });

  test('tells which password is wrong, and which is wanted', async () => {
    respond = json(401, { error: 'wrong password' });
    expect(await refusal('m', '--password-file', passwordFile)).toEqual({
      code: 77,
      said: 'WS_EXPLAIN_PASSWORD_FILE (--password-file): wrong password; allowed: the password that ws-hub password was given',
    });
    expect(asked).toEqual([login]);
    respond = json(401, { error: 'sign in first' });
    expect(await refusal('m')).toEqual({
      code: 77,
      said: 'the console requires a password: sign in first; allowed: WS_EXPLAIN_PASSWORD_FILE (--password-file), the path of a file that holds it',
    });
  });

  test('does not send a client with its password elsewhere', async () => {
    respond = json(307, {}, { Location: '/elsewhere' });
    const { code, said } = await refusal('m', '--password-file', passwordFile);
    expect([code, said]).toEqual([
      69,
      `${url} answers HTTP 307 with something that no console of this version sends; allowed: the URL of a hub's console (ADMIN_PORT)`,
    ]);
    expect(asked).toEqual([login]);
  });

  test.each([
    ['', 'is empty'],
    ['two lines\nof text\n', 'holds no password'],
    ['x'.repeat(257), 'holds no password; allowed: a file that holds a password, at most 256 characters'],
  ])('is not asked where the file holds none: %#', async (content, message) => {
    const path = join(folder, 'bad');
    writeFileSync(path, content);
    const { code, said } = await refusal('m', '--password-file', path);
    expect(code).toBeUndefined();
    expect(said).toContain(`WS_EXPLAIN_PASSWORD_FILE (--password-file): "${path}" ${message}`);
    expect(asked).toEqual([]);
  });

  test('is not asked where the file is that of the hub', async () => {
    const path = join(folder, 'hash');
    writeFileSync(path, await hashPassword(PASSWORD));
    expect((await refusal('m', '--password-file', path)).said).toContain(
      'holds the hash of a password; allowed: a file that holds the password itself',
    );
    expect(asked).toEqual([]);
  });
});

test.each([
  [400, 'message: at most 64 characters', 65],
  [403, 'use one of these names', 77],
  [404, 'no such message', 65],
  [409, 'EXPLAIN_MAX_BYTES is 0', 65],
  [429, 'too many requests', 69],
  [503, 'too many walks', 69],
])('%s is told in the words of the hub: %s', async (status, words, code) => {
  respond = json(status, { error: `${words}\u001b` });
  expect(await refusal('m')).toEqual({ code, said: `the hub says: ${words}\\u001b` });
});

describe('what is not a console', () => {
  const page: Respond = (_request, response) => response.end('<title>Welcome</title>');

  test.each<[string, Respond, string]>([
    ['a page', page, 'HTTP 200 with no JSON, or too much'],
    [
      'the port of a hub',
      json(404, { error: 'Not Found', statusCode: 404 }),
      'HTTP 404 with something that no console',
    ],
    [
      'another answer',
      json(200, { ...EXPLAINED, hubs: 1 }),
      'HTTP 200 with something that no console of this version',
    ],
  ])('is named: %s', async (_name, answer, words) => {
    respond = answer;
    const { code, said } = await refusal('m');
    expect(code).toBe(69);
    expect(said).toContain(`${url} answers ${words}`);
  });

  test('cannot fill the memory: it is left after 16 MiB', async () => {
    const chunk = Buffer.alloc(1024 * 1024, ' ');
    let closed: Promise<unknown> | undefined;
    respond = (_request, response) => {
      closed = once(response, 'close');
      const fill = () => {
        while (response.write(chunk));
      };
      response.on('drain', fill);
      fill();
    };
    expect((await refusal('m')).said).toContain('no JSON, or too much of it');
    await closed;
  });

  test('is left after a time, also in the middle of its answer', async () => {
    const limited = () => new ConsoleClient(url, 100).explain('m', undefined);
    for (const answer of [() => undefined, (_: unknown, response: ServerResponse) => response.write('{')]) {
      respond = answer;
      await expect(limited()).rejects.toMatchObject({
        exitCode: 69,
        message: `${url} did not answer within 0.1 s`,
      });
    }
  });

  test('is told apart by how it fails', async () => {
    const nobody = `http://127.0.0.1:${await freePort()}`;
    expect(await refusal('m', '--url', nobody)).toEqual({
      code: 69,
      said: `${nobody} cannot be reached (ECONNREFUSED): is the hub running, and ADMIN_PORT set?`,
    });
    respond = (request) => request.socket.destroy();
    expect(await refusal('m')).toEqual({ code: 69, said: `${url} cannot be reached (UND_ERR_SOCKET)` });
  });
});
