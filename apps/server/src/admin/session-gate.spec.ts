import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { hashPassword, readConfig } from '@ws-hub/config';
import { freePort, RawSocket } from '@ws-hub/testing';
import { bootstrap, listen } from '../bootstrap.js';
import { serverCommand } from '../config/server.config.js';

const folder = mkdtempSync(join(tmpdir(), 'ws-hub-gate-'));
const passwordFile = join(folder, 'password');

describe('without a session', () => {
  let app: NestFastifyApplication;
  let port: number;
  beforeAll(async () => {
    writeFileSync(passwordFile, await hashPassword('correct horse battery'), { mode: 0o600 });
    port = await freePort();
    const hub = ['--port', '0', '--host', '127.0.0.1', '--log-level', 'silent', '--metrics-port', '0'];
    const console = ['--admin-port', String(port), '--admin-password-file', passwordFile];
    const config = readConfig(serverCommand, { argv: [...hub, ...console], env: {}, dotenv: {} });
    app = await bootstrap(config);
    await listen(app, config);
  });
  afterAll(async () => {
    await app.close();
    rmSync(folder, { recursive: true });
  });

  /** The target as it is: `fetch` would write it in its own way. */
  async function statusOf(target: string): Promise<number> {
    const socket = await RawSocket.connect(port);
    socket.write(`GET ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    const head = await socket.readHead();
    socket.destroy();
    return Number(head.split(' ', 2)[1]);
  }

  test.each([
    '/api/setup',
    '/%61pi/setup',
    '/%61%70%69/%73%65%74%75%70',
    '/api/%73etup',
    '/api/setup?a=/api/session',
    '/api/setup;/api/session',
    'http://localhost/%61pi/setup',
    '//api/setup',
    '/api/session/../setup',
    '/v1/info',
    '/%76%31/info',
  ])('nothing that the console shows is at %s', async (target) => {
    expect([401, 404]).toContain(await statusOf(target));
  });

  test.each(['/%', `/api/tap/${'x'.repeat(200)}`])('no error repeats the path %s', async (path) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    expect([answer.status, answer.headers.get('x-content-type-options')]).toEqual([400, 'nosniff']);
    expect(await answer.json()).toEqual({ error: expect.stringContaining('the path') });
  });

  test('the page and the state of the session are there', async () => {
    expect(await statusOf('/api/session')).toBe(200);
    expect([200, 503]).toContain(await statusOf('/'));
  });
});
