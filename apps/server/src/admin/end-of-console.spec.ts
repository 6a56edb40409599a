import { expect, test } from '@jest/globals';
import { readConfig } from '@ws-hub/config';
import { freePort } from '@ws-hub/testing';
import { bootstrap, listen } from '../bootstrap.js';
import { serverCommand } from '../config/server.config.js';

test('the port of the console is free again when the hub has ended', async () => {
  const port = String(await freePort());
  const argv = ['--port', '0', '--host', '127.0.0.1', '--metrics-port', '0', '--log-level', 'silent'];
  const config = readConfig(serverCommand, { argv: [...argv, '--admin-port', port], env: {}, dotenv: {} });
  const app = await bootstrap(config);
  await listen(app, config);
  const ask = () => fetch(`http://127.0.0.1:${port}/api/session`);
  expect((await ask()).status).toBe(200);
  await app.close();
  await expect(ask()).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
});
