import { apiKey } from '../api-key.js';
import { HTTP_LOAD } from '../paths.js';
import { startServer } from '../server-process.js';
import { delegate } from '../worker-process.js';
import type { HttpJob, HttpMeasurement } from './job.js';
import type { HttpLoad } from './loads.js';
import type { HttpServer } from './servers.js';

const WARM_UP_MS = 2_000;

/** The settings of a run. */
export interface HttpRunSettings {
  readonly seconds: number;
  readonly connections: number;
}

/** Starts a server, measures it under load, and stops both. @throws Error if the run fails */
export async function measure(
  server: HttpServer,
  load: HttpLoad,
  { seconds, connections }: HttpRunSettings,
): Promise<HttpMeasurement> {
  const running = await startServer(server);
  try {
    const job: HttpJob = {
      port: running.port,
      serverPid: running.pid,
      hasLog: server.hasLog,
      apiKey: apiKey(),
      load: load.name,
      connections,
      warmUpMs: Math.min(WARM_UP_MS, seconds * 1000),
      measureMs: seconds * 1000,
    };
    return await delegate<HttpMeasurement>(HTTP_LOAD, job);
  } finally {
    await running.stop();
  }
}
