import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readConfig } from '@ws-hub/config';
import { bootstrap, listen } from '../src/bootstrap.js';
import { serverCommand } from '../src/config/server.config.js';

export interface TestHub {
  readonly app: NestFastifyApplication;
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

/** The real hub in this process, on a free port of the loopback; flags as on the command line. */
export function startHub(...flags: string[]): Promise<TestHub> {
  return startHubIn({}, ...flags);
}

/** The same with an environment, which is where secrets come from. */
export async function startHubIn(env: Record<string, string>, ...flags: string[]): Promise<TestHub> {
  const argv = ['--port', '0', '--host', '127.0.0.1', '--log-level', 'silent', ...flags];
  const config = readConfig(serverCommand, { argv, env, dotenv: {} });
  const app = await bootstrap(config);
  const port = await listen(app, config);
  return { app, port, url: `ws://127.0.0.1:${port}/ws`, close: () => app.close() };
}
