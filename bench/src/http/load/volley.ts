import autocannon from 'autocannon';
import { cpuMicros } from '../../procfs.js';
import type { HttpFaults, HttpJob } from '../job.js';
import type { HttpLoad } from '../loads.js';

/** How often autocannon checks whether it is done. The server is not charged for this time. */
const LOOK_MS = 20;

/** Requests that were sent together, from the start of the first to the response of the last. */
export interface Volley extends HttpFaults {
  readonly requests: number;
  readonly micros: number;
  readonly serverCpu: number | undefined;
  readonly generatorCpu: number;
}

/** Sends the requests, on each connection one after the other, and waits for all responses. */
export async function fire(job: HttpJob, load: HttpLoad, amount: number): Promise<Volley> {
  const { port, connections, apiKey } = job;
  const before = reading(job);
  let after = before;
  let answers = 0;
  const tracker = autocannon({
    url: `http://127.0.0.1:${port}${load.path}`,
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-API-Key': apiKey },
    body: load.body,
    connections,
    amount,
    sampleInt: LOOK_MS,
    verifyBody: load.isAnswer,
  });
  tracker.on('response', () => {
    if (++answers === amount) after = reading(job);
  });
  const { '2xx': ok, non2xx, mismatches } = await tracker;
  if (answers < amount) after = reading(job);
  return {
    requests: amount,
    micros: after.at - before.at,
    serverCpu:
      after.serverCpu === undefined || before.serverCpu === undefined
        ? undefined
        : after.serverCpu - before.serverCpu,
    generatorCpu: after.generatorCpu - before.generatorCpu,
    // Rejected requests have another body as well.
    refused: non2xx,
    misshapen: mismatches - non2xx,
    unanswered: amount - ok - non2xx,
  };
}

function reading({ serverPid }: HttpJob) {
  const { user, system } = process.cpuUsage();
  return {
    at: performance.now() * 1000,
    serverCpu: cpuMicros(serverPid),
    generatorCpu: user + system,
  };
}
