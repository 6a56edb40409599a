import type { Job, Measurement } from './job.js';
import { GENERATOR } from './paths.js';
import type { Scenario } from './scenarios.js';
import { startServer } from './server-process.js';
import type { ServerSpec } from './servers.js';
import { delegate } from './worker-process.js';

const HOST = '127.0.0.1';

/** The parts of a run, in seconds. */
export interface Times {
  readonly warmUp: number;
  readonly measure: number;
  /** How long the last deliveries may take after publishing has stopped. */
  readonly drain: number;
}

/** What a run needs of its scenario. */
export type Shape = Pick<Scenario, 'clients' | 'talkers' | 'payloadBytes' | 'load'>;

/** A server that does not start is not available here; every other error is a failed run. */
export class NotAvailable extends Error {}

/** Starts a server, measures it with the generator, and stops both. @throws NotAvailable, or Error if the run fails */
export async function measure(server: ServerSpec, shape: Shape, times: Times): Promise<Measurement> {
  const running = await startServer(server).catch((error: Error) => {
    throw new NotAvailable(error.message);
  });
  try {
    const { clients, talkers, payloadBytes, load } = shape;
    const job: Job = {
      host: HOST,
      port: running.port,
      serverPid: running.pid,
      dialect: server.dialect,
      tokenSecret: server.tokenSecret,
      clients,
      talkers,
      payloadBytes,
      load,
      warmUpMs: times.warmUp * 1000,
      measureMs: times.measure * 1000,
      drainMs: times.drain * 1000,
    };
    return await delegate<Measurement>(GENERATOR, job);
  } finally {
    await running.stop();
  }
}
