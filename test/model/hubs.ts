import { readConfig } from '@ws-hub/config';
import { bootstrap, listen } from '../../apps/server/src/bootstrap.js';
import { serverCommand } from '../../apps/server/src/config/server.config.js';
import type { Hub } from './call.js';

/** A hub in this process, on a free port on loopback. */
export interface RunningHub extends Hub {
  close(): Promise<void>;
}

export async function startHub(
  name: string,
  flags: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<RunningHub> {
  const argv = [
    '--port',
    '0',
    '--host',
    '127.0.0.1',
    '--log-level',
    'silent',
    '--metrics-port',
    '0',
    ...flags,
  ];
  const config = readConfig(serverCommand, { argv, env, dotenv: {} });
  const app = await bootstrap(config);
  const port = await listen(app, config);
  return { name, port, told: [], close: () => app.close() };
}
