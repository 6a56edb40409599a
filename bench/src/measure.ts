import { GENERATOR_CORE, start, stop } from './children.js';
import type { Answer, Job, Measurement } from './job.js';
import { GENERATOR } from './paths.js';
import type { Scenario } from './scenarios.js';
import { startServer } from './server-process.js';
import type { ServerSpec } from './servers.js';

const HOST = '127.0.0.1';

/** The parts of a run, in seconds. */
export interface Times {
  readonly warmUp: number;
  readonly measure: number;
  /** How long the last deliveries may take after the talkers have stopped. */
  readonly drain: number;
}

/** What a run needs to know of its scenario. */
export type Shape = Pick<Scenario, 'clients' | 'talkers' | 'payloadBytes' | 'load'>;

/** A server that does not even start is not available here; every other error is a failed run. */
export class NotAvailable extends Error {}

/** Starts a server, lets the generator measure it, and stops both. @throws NotAvailable, or Error if the run fails */
export async function measure(server: ServerSpec, shape: Shape, times: Times): Promise<Measurement> {
  const running = await startServer(server).catch((error: Error) => {
    throw new NotAvailable(error.message);
  });
  try {
    const { clients, talkers, payloadBytes, load } = shape;
    return await generate({
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
    });
  } finally {
    await running.stop();
  }
}

/** This process has nothing to do while the generator works, so that it takes no time from either core. */
async function generate(job: Job): Promise<Measurement> {
  const child = start(GENERATOR_CORE, [process.execPath, GENERATOR], ['ignore', 'ignore', 'inherit', 'ipc']);
  try {
    child.send(job);
    const answer = await new Promise<Answer>((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', (code, signal) => reject(new Error(`the generator ended with ${code ?? signal}`)));
    });
    if ('error' in answer) throw new Error(answer.error);
    return answer.measurement;
  } finally {
    await stop(child);
  }
}
