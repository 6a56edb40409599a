import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { hashPassword } from '@ws-hub/config';
import { freePort } from '@ws-hub/testing';
import { startHub, type TestHub } from '../../apps/server/test/start-hub.js';
import { Command } from '../talk/command.js';

const folder = mkdtempSync(join(tmpdir(), 'ws-hub-explain-'));
const passwordFile = join(folder, 'password');
let hub: TestHub;
let url: string;

beforeAll(async () => {
  writeFileSync(passwordFile, 'correct horse battery\n');
  const hash = join(folder, 'hash');
  writeFileSync(hash, await hashPassword('correct horse battery'), { mode: 0o600 });
  const port = String(await freePort());
  url = `http://127.0.0.1:${port}`;
  hub = await startHub('--metrics-port', '0', '--admin-port', port, '--admin-password-file', hash);
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
  expect(stranger.stderr).toContain('ws-hub explain: the console requires a password: sign in first;');
  expect(operator.stderr).toMatch(/^ws-hub explain: the hub says: .+\n$/);
  expect([await stranger.rest(), await operator.rest()]).toEqual([[], []]);
});
