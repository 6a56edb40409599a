import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { hashPassword, readConfig } from '@ws-hub/config';
import { freePort } from '@ws-hub/testing';
import { bootstrap, listen } from '../../apps/server/src/bootstrap.js';
import { serverCommand } from '../../apps/server/src/config/server.config.js';
import { Command } from '../talk/command.js';

const folder = mkdtempSync(join(tmpdir(), 'ws-hub-explain-'));
const passwordFile = join(folder, 'password');
let hub: NestFastifyApplication;
let url: string;

beforeAll(async () => {
  writeFileSync(passwordFile, 'correct horse battery\n');
  const hash = join(folder, 'hash');
  writeFileSync(hash, await hashPassword('correct horse battery'), { mode: 0o600 });
  const port = String(await freePort());
  url = `http://127.0.0.1:${port}`;
  const argv = ['--port', '0', '--host', '127.0.0.1', '--metrics-port', '0', '--log-level', 'silent'];
  const console = ['--admin-port', port, '--admin-password-file', hash];
  const config = readConfig(serverCommand, { argv: [...argv, ...console], env: {}, dotenv: {} });
  hub = await bootstrap(config);
  await listen(hub, config);
});
afterAll(async () => {
  await hub.close();
  rmSync(folder, { recursive: true });
});

test('ws-hub explain signs in to the console of a hub, which says why it does not explain', async () => {
  const [stranger, operator] = [
    Command.start('explain', 'm', '--url', url),
    Command.start('explain', 'm', '--url', url, '--password-file', passwordFile),
  ];
  expect([await stranger.exited, await operator.exited]).toEqual([77, 65]);
  expect(stranger.stderr).toContain('ws-hub explain: the console asks for a password: sign in first;');
  expect(operator.stderr).toMatch(/^ws-hub explain: the hub says: .+\n$/);
  expect([await stranger.rest(), await operator.rest()]).toEqual([[], []]);
});
