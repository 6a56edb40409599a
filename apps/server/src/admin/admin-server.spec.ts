import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { hashPassword, readConfig } from '@ws-hub/config';
import { freePort, handshake, RawSocket, TestClient } from '@ws-hub/testing';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { bootstrap, listen } from '../bootstrap.js';
import { serverCommand } from '../config/server.config.js';
import { CONSOLE_VIEWS, ConsoleError, type ConsoleView, consoleRoute } from './console-route.js';

const PASSWORD = 'correct horse battery';
const EVIL = '"><script>alert(1)</script>\r\nSet-Cookie: a=b';
const folder = mkdtempSync(join(tmpdir(), 'ws-hub-console-'));
const passwordFile = join(folder, 'password');

/** What a page would ask, with an answer that says what came. */
const view: ConsoleView = {
  routes: [
    consoleRoute({
      method: 'GET',
      path: '/echo/:id',
      query: z.object({ page: z.coerce.number().int().max(9, { error: 'at most 9' }).default(0) }),
      answer: ({ id, query }) => ({ id, ...query, evil: EVIL }),
    }),
    consoleRoute({
      method: 'POST',
      path: '/change',
      body: z.object({ clientId: z.string() }),
      changesClients: true,
      answer: () => ({ changed: true }),
    }),
    consoleRoute({
      method: 'POST',
      path: '/look',
      body: z.object({ channel: z.string() }),
      answer: ({ body }) => body,
    }),
    consoleRoute({
      method: 'GET',
      path: '/busy',
      answer: () => {
        throw new ConsoleError(503, 'too many walks');
      },
    }),
    consoleRoute({
      method: 'GET',
      path: '/bug',
      answer: () => {
        throw new TypeError('a secret of the code');
      },
    }),
  ],
};

interface Console {
  readonly app: NestFastifyApplication;
  readonly port: number;
  readonly hubPort: number;
  ask(path: string, init?: RequestInit): Promise<Response>;
}

async function start(...flags: string[]): Promise<Console> {
  const port = await freePort();
  const argv = ['--port', '0', '--host', '127.0.0.1', '--log-level', 'silent', '--metrics-port', '0'];
  const all = [...argv, '--admin-port', String(port), ...flags];
  const config = readConfig(serverCommand, { argv: all, env: {}, dotenv: {} });
  const app = await bootstrap(config);
  const views = app.get<ConsoleView[]>(CONSOLE_VIEWS);
  views.push(view);
  const hubPort = await listen(app, config);
  const ask = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init);
  return { app, port, hubPort, ask };
}

const json = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

/** With headers that `fetch` does not let anybody set. */
async function raw(port: number, head: string): Promise<string> {
  const socket = await RawSocket.connect(port);
  socket.write(head);
  const answer = await socket.readHead();
  socket.destroy();
  return answer.split('\r\n', 1)[0]?.trim() ?? '';
}

const requestOf = (line: string, headers: Record<string, string>) =>
  [`${line} HTTP/1.1`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), '', ''].join(
    '\r\n',
  );

beforeAll(async () => {
  writeFileSync(passwordFile, await hashPassword(PASSWORD), { mode: 0o600 });
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a console without a password', () => {
  let hub: Console;
  beforeAll(async () => {
    hub = await start();
  });
  afterAll(() => hub.app.close());

  test('answers what its pages ask', async () => {
    const answer = await hub.ask('/api/echo/a%2Fb?page=2');
    expect(await answer.json()).toEqual({ id: 'a/b', page: 2, evil: EVIL });
    expect(await (await hub.ask('/api/session')).json()).toEqual({ needsPassword: false, isOpen: true });
  });

  test('has no answer that a browser could take for a page, keep or frame', async () => {
    const { headers } = await hub.ask('/api/echo/x');
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'content-security-policy': expect.stringMatching(
        /^default-src 'none';script-src 'self';style-src 'self';img-src 'self';connect-src 'self';base-uri 'none';form-action 'none';frame-ancestors 'none'$/,
      ),
    });
    expect(headers.get('set-cookie')).toBeNull();
  });

  test.each([
    ['/api/echo/x?page=10', undefined, 400, 'page: at most 9'],
    ['/api/look', json({}), 400, expect.stringContaining('channel: ')],
    ['/api/look', json('{"channel":"x"'), 400, expect.stringContaining('the request: ')],
    ['/api/look', { ...json({}), body: '{"a":' }, 400, expect.stringContaining('JSON')],
    ['/api/look', json({ channel: 'x'.repeat(9_000) }), 413, expect.stringContaining('too large')],
    ['/api/change', json({ clientId: 'x' }), 403, expect.stringContaining('ADMIN_READONLY=false')],
    ['/api/busy', undefined, 503, 'too many walks'],
    ['/api/bug', undefined, 500, 'internal error'],
    ['/api/nothing', undefined, 404, expect.stringContaining('GET is not supported here')],
    ['/api/echo/x', { method: 'DELETE' }, 404, expect.stringContaining('DELETE is not supported here')],
    ['/package.json', undefined, 404, expect.anything()],
    ['/assets/..%2f..%2f..%2fpackage.json', undefined, 404, expect.anything()],
  ])('says what was wrong with %s', async (path, init, status, error) => {
    const answer = await hub.ask(path, init);
    expect([answer.status, await answer.json()]).toEqual([status, { error }]);
  });

  const SAME = 'http://console.example';
  test.each([
    ['text/plain', { 'Content-Type': 'text/plain' }, 415],
    ['a form', { 'Content-Type': 'application/x-www-form-urlencoded' }, 415],
    ['a form with files', { 'Content-Type': 'multipart/form-data; boundary=x' }, 415],
    ['no type', { 'Content-Type': '' }, 415],
    ['another origin', { Origin: SAME }, 403],
    ['an origin that hides itself', { Origin: 'null' }, 403],
    ['the same host on another port', { Origin: 'http://127.0.0.1:1' }, 403],
    ['a cross-site page', { 'Sec-Fetch-Site': 'cross-site' }, 403],
    ['another page of the site', { 'Sec-Fetch-Site': 'same-site' }, 403],
  ])('takes no POST of %s', async (_what, headers, status) => {
    const head = { 'Content-Type': 'application/json', ...headers };
    const type: Record<string, string> = { Host: `127.0.0.1:${hub.port}`, 'Content-Length': '15', ...head };
    expect(await raw(hub.port, `${requestOf('POST /api/look', type)}{"channel":"x"}`)).toContain(
      ` ${status} `,
    );
  });

  test('takes no GET of another page, except a link to it', async () => {
    const site = { Host: 'localhost', 'Sec-Fetch-Site': 'cross-site' };
    const link = { ...site, 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' };
    expect(await raw(hub.port, requestOf('GET /api/echo/x', link))).toContain(' 403 ');
    expect(await raw(hub.port, requestOf('GET /', { ...link, 'Sec-Fetch-Dest': 'iframe' }))).toContain(
      ' 403 ',
    );
    expect(await raw(hub.port, requestOf('GET /', site))).toContain(' 403 ');
    expect(await raw(hub.port, requestOf('GET /', link))).not.toContain(' 403 ');
  });

  test.each([
    ['localhost', 200],
    ['LOCALHOST:80', 200],
    ['127.8.9.1:1', 200],
    ['[::1]:9465', 200],
    ['evil.example', 403],
    ['localhost.evil.example', 403],
    ['127.0.0.1.evil.example', 403],
    ['10.0.0.1', 403],
    ['a b', 400],
    ['', 400],
  ])('answers at this machine alone: the host %j gets %i', async (Host, status) => {
    expect(await raw(hub.port, requestOf('GET /api/session', { Host }))).toContain(` ${status} `);
  });

  test('hands WebSockets to the hub, where they talk to those of its own port', async () => {
    const here = new WebSocket(`ws://127.0.0.1:${hub.port}/ws`, { origin: `http://127.0.0.1:${hub.port}` });
    await once(here, 'open');
    const there = await TestClient.connect(`ws://127.0.0.1:${hub.hubPort}/ws`);
    here.send('hello');
    expect((await there.next()).content).toBe('hello');
    const heard = once(here, 'message');
    there.send('hello too');
    expect(String((await heard)[0])).toContain('hello too');
    here.terminate();
    await there.close();
  });

  test('hands no WebSocket of another page to the hub', async () => {
    const headers = { Host: `127.0.0.1:${hub.port}`, Origin: 'http://evil.example' };
    expect(await raw(hub.port, handshake('/ws', headers))).toContain(' 403');
    expect(await raw(hub.port, handshake('/ws', { Host: 'evil.example' }))).toContain(' 403');
  });

  test('a request below /v1 is answered as by the hub, also the second on its socket', async () => {
    const own = await fetch(`http://127.0.0.1:${hub.hubPort}/v1/info`);
    const socket = await RawSocket.connect(hub.port);
    for (let at = 0; at < 2; at++) {
      socket.write(requestOf('GET /v1/info', { Host: 'localhost' }));
      expect(await socket.readHead()).toContain(` ${own.status} `);
      await socket.readUntil('}');
    }
    socket.destroy();
  });

  test('two hundred idle sockets keep nobody out', async () => {
    const idle = await Promise.all(Array.from({ length: 200 }, () => RawSocket.connect(hub.port)));
    expect((await hub.ask('/api/session')).status).toBe(200);
    expect(String(await idle[0]?.readToEnd())).toBe('');
    for (const socket of idle) socket.destroy();
  });

  test('more requests than a browser makes are refused', async () => {
    const limited = await start();
    const statuses = new Set<number>();
    for (let at = 0; at < 500; at++) statuses.add((await limited.ask('/api/session')).status);
    await limited.app.close();
    expect(statuses).toEqual(new Set([200, 429]));
  });

  test('requests before the last one is answered end the connection', async () => {
    const socket = await RawSocket.connect(hub.port);
    socket.write(requestOf('GET /api/session', { Host: 'localhost' }).repeat(500));
    const answers = String(await socket.readToEnd()).match(/HTTP\/1\.1/g) ?? [];
    expect(answers.length).toBeLessThanOrEqual(1);
  });
});

describe('a console with a password', () => {
  let hub: Console;
  beforeAll(async () => {
    hub = await start('--admin-password-file', passwordFile, '--admin-readonly', 'false');
  });
  afterAll(() => hub.app.close());

  const signIn = (password = PASSWORD, headers = {}) => hub.ask('/api/session', json({ password }, headers));
  const cookieOf = (answer: Response) => answer.headers.get('set-cookie') ?? '';
  const asking = (cookie: string) => ({ headers: { Cookie: cookie.split(';', 1)[0] as string } });

  test('tells nobody anything but that it needs one', async () => {
    expect(await (await hub.ask('/api/session')).json()).toEqual({ needsPassword: true, isOpen: false });
    for (const path of ['/api/echo/x', '/api/nothing', '/v1/info', '/ws'])
      expect([path, (await hub.ask(path)).status]).toEqual([path, 401]);
    expect(await raw(hub.port, handshake('/ws', { Host: 'console.example' }))).toContain(' 401');
    expect(await raw(hub.port, handshake('/any', { Host: 'console.example' }))).toContain(' 401');
  });

  test('opens with the password, and its cookie, until the user signs out', async () => {
    const planted = `ws_hub_console_${hub.port}=${'A'.repeat(43)}`;
    const answer = await signIn(PASSWORD, { Cookie: planted });
    expect(await answer.json()).toEqual({ needsPassword: true, isOpen: true });
    const cookie = cookieOf(answer);
    expect(cookie).toMatch(new RegExp(`^ws_hub_console_${hub.port}=`));
    expect(cookie).toMatch(/=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
    expect((await hub.ask('/api/echo/x', asking(planted))).status).toBe(401);
    expect((await hub.ask('/api/echo/x', asking(cookie))).status).toBe(200);
    expect(
      (await hub.ask('/api/change', { ...json({ clientId: 'x' }, asking(cookie).headers) })).status,
    ).toBe(200);
    const socket = new WebSocket(`ws://127.0.0.1:${hub.port}/ws`, asking(cookie));
    await once(socket, 'open');
    socket.terminate();
    await hub.ask('/api/session', { method: 'DELETE', ...asking(cookie) });
    expect((await hub.ask('/api/echo/x', asking(cookie))).status).toBe(401);
  });

  test('takes five wrong passwords of one address, and the right one of another', async () => {
    const statuses: number[] = [];
    for (let at = 0; at < 8; at++) statuses.push((await signIn(`wrong ${at}`)).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    expect((await signIn()).status).toBe(429);
    expect(await signInFrom('127.0.0.77', hub.port)).toBe(200);
  });
});

/** From another address of this machine. */
async function signInFrom(localAddress: string, port: number): Promise<number> {
  const body = JSON.stringify({ password: PASSWORD });
  const headers = { 'Content-Type': 'application/json', 'Content-Length': String(body.length) };
  const options = { host: '127.0.0.1', port, localAddress, path: '/api/session', method: 'POST', headers };
  const asked = request(options).end(body);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode ?? 0;
}

test.each([
  [[], 'ADMIN_PORT (--admin-port): "%p" on "127.0.0.1" cannot be bound (EADDRINUSE); allowed: a free port'],
  [
    ['--admin-host', '0.0.0.0'],
    'ADMIN_HOST (--admin-host): "0.0.0.0" is not allowed without ADMIN_PASSWORD_FILE',
  ],
  [
    ['--admin-password-file', folder],
    `ADMIN_PASSWORD_FILE (--admin-password-file): "${folder}" is not a regular file`,
  ],
  [
    ['--admin-password-file', '/nowhere'],
    '"/nowhere" cannot be read (ENOENT); allowed: a file written by ws-hub password',
  ],
  [['--admin-password-file', 'package.json'], '"package.json" contains no password hash; allowed: a file'],
])('a start with %j is refused in words', async (flags, message) => {
  const port = flags.length === 0 ? await takenPort() : await freePort();
  const second = start('--admin-port', String(port), ...flags);
  await expect(second).rejects.toThrow(message.replace('%p', String(port)));
});

test('the hash in the file is that of the password, and not the password', () => {
  expect(readFileSync(passwordFile, 'utf8')).not.toContain(PASSWORD);
});

/** Somebody else listens there, until the tests end. */
async function takenPort(): Promise<number> {
  const server = createServer().unref().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
