import type { HttpJob, HttpMeasurement } from '../job.js';
import { CHANNEL_PATH, HTTP_LOADS, type HttpLoad } from '../loads.js';
import { fire, type Volley } from './volley.js';

/** A server may close a connection after so many; a request that follows would get no response. */
const MAX_REQUESTS_PER_CONNECTION = 1_000;
/** The first volley, which determines the size of the others. */
const FIRST_PER_CONNECTION = 10;

/**
 * One run: warm up, measure, and compare the answers with the log. Complete volleys are sent, so that no request is in
 * flight at either end.
 *
 * @throws Error if the server cannot be reached
 */
export async function run(job: HttpJob): Promise<HttpMeasurement> {
  const load = HTTP_LOADS.find(({ name }) => name === job.load);
  if (load === undefined) throw new Error(`no load "${job.load}"`);
  const warmUp = await fireFor(job.warmUpMs, job, load, FIRST_PER_CONNECTION * job.connections, workedMicros);
  const before = await lastNumber(job);
  const volleys = await fireFor(
    job.measureMs,
    job,
    load,
    amountFor(job.measureMs, job, warmUp, tookMicros),
    tookMicros,
  );
  const after = await lastNumber(job);
  const stored = before === undefined || after === undefined ? undefined : after - before;
  return { ...summarize(volleys, load), stored };
}

/** The time that counts. */
type Clock = (volley: Volley) => number;

const tookMicros: Clock = ({ micros }) => micros;
/** A server that shares its core is only warm once it has worked for long enough. */
const workedMicros: Clock = ({ serverCpu, micros }) => serverCpu ?? micros;

async function fireFor(
  ms: number,
  job: HttpJob,
  load: HttpLoad,
  first: number,
  clock: Clock,
): Promise<Volley[]> {
  const volleys = [await fire(job, load, first)];
  const leftMs = () => ms - sum(volleys, clock) / 1000;
  while (leftMs() > ms / 10) volleys.push(await fire(job, load, amountFor(leftMs(), job, volleys, clock)));
  return volleys;
}

/** The number of requests that take so long, judging by the last volley; at least one per connection. */
function amountFor(ms: number, { connections }: HttpJob, volleys: readonly Volley[], clock: Clock): number {
  const last = volleys.at(-1) as Volley;
  const perConnection = Math.round(((last.requests / clock(last)) * ms * 1000) / connections);
  return connections * Math.min(MAX_REQUESTS_PER_CONNECTION, Math.max(1, perConnection));
}

function summarize(volleys: readonly Volley[], load: HttpLoad): HttpMeasurement {
  const requests = sum(volleys, (volley) => volley.requests);
  const micros = sum(volleys, (volley) => volley.micros);
  const serverCpu = volleys.some((volley) => volley.serverCpu === undefined)
    ? undefined
    : sum(volleys, (volley) => volley.serverCpu ?? 0);
  const refused = sum(volleys, (volley) => volley.refused);
  const misshapen = sum(volleys, (volley) => volley.misshapen);
  const unanswered = sum(volleys, (volley) => volley.unanswered);
  const messages = requests * load.messages;
  return {
    seconds: micros / 1e6,
    requests,
    requestsPerSecond: (requests / micros) * 1e6,
    messagesPerSecond: (messages / micros) * 1e6,
    answered: (requests - refused - misshapen - unanswered) * load.messages,
    refused,
    misshapen,
    unanswered,
    cpuMicrosPerRequest: serverCpu && serverCpu / requests,
    messagesPerCpuSecond: serverCpu && (messages / serverCpu) * 1e6,
    serverCpuPercent: serverCpu && (serverCpu / micros) * 100,
    generatorCpuPercent: (sum(volleys, ({ generatorCpu }) => generatorCpu) / micros) * 100,
  };
}

function sum(volleys: readonly Volley[], of: (volley: Volley) => number): number {
  return volleys.reduce((total, volley) => total + of(volley), 0);
}

/** The number of the last message in the log, which counts all of them; undefined for a server without a log. */
async function lastNumber({ port, hasLog, apiKey }: HttpJob): Promise<number | undefined> {
  if (!hasLog) return undefined;
  const response = await fetch(`http://127.0.0.1:${port}${CHANNEL_PATH}?limit=1`, {
    headers: { 'X-API-Key': apiKey },
  });
  if (!response.ok) throw new Error(`the log was asked for, and the answer was ${response.status}`);
  const { position } = (await response.json()) as { position: string };
  return Number(position.slice(position.lastIndexOf('-') + 1));
}
