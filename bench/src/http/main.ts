// Measures how many messages per second the hub accepts over HTTP, compared with a route that only parses and answers
// the same.
import { stopChildrenOnSignals } from '../children.js';
import { type Bounds, numberIn, parseFlags, pick, runProgram } from '../flags.js';
import { DEFAULT_ROUNDS, DEFAULT_SECONDS, ROUNDS, SECONDS } from '../options.js';
import { figure } from '../report/format.js';
import { machine } from '../report/machine.js';
import { prepareOutput, writeJson } from '../report/output.js';
import { HTTP_LOADS, type HttpLoad } from './loads.js';
import { type HttpRunSettings, measure } from './measure.js';
import { HTTP_SERVERS, type HttpServer } from './servers.js';
import { faultLines, type HttpRun, summarize } from './summary.js';
import { loadTable } from './table.js';

const CONNECTIONS: Bounds = { least: 1, most: 1_000, whole: true };
const DEFAULT_CONNECTIONS = 50;

const HELP = `Usage: npm run bench:http -- [flags]

  --loads a,b      ${HTTP_LOADS.map(({ name }) => name).join(', ')} (default: all)
  --servers a,b    ${HTTP_SERVERS.map(({ name }) => name).join(', ')} (default: all)
  --connections N  how many are kept open, each with one request at a time (default: ${DEFAULT_CONNECTIONS})
  --rounds N       how often each is measured, in turn (default: ${DEFAULT_ROUNDS})
  --seconds N      how long each run is measured, after a warm-up (default: ${DEFAULT_SECONDS})
  --json FILE      writes every run to FILE
  --help           prints this
`;

const FLAGS = {
  loads: { type: 'string' },
  servers: { type: 'string' },
  connections: { type: 'string' },
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  json: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

interface Settings extends HttpRunSettings {
  readonly loads: readonly HttpLoad[];
  readonly servers: readonly HttpServer[];
  readonly rounds: number;
}

await runProgram('bench:http', async () => {
  const flags = parseFlags(process.argv.slice(2), FLAGS);
  if (flags.help) {
    print(HELP);
    return;
  }
  const settings: Settings = {
    loads: pick('loads', flags.loads, HTTP_LOADS),
    servers: pick('servers', flags.servers, HTTP_SERVERS),
    connections: numberIn('connections', flags.connections, DEFAULT_CONNECTIONS, CONNECTIONS),
    rounds: numberIn('rounds', flags.rounds, DEFAULT_ROUNDS, ROUNDS),
    seconds: numberIn('seconds', flags.seconds, DEFAULT_SECONDS, SECONDS),
  };
  await prepareOutput({ json: flags.json, plot: false });
  stopChildrenOnSignals();
  process.exitCode = (await bench(settings, flags.json)) ? 0 : 1;
});

/** Runs the benchmark and reports it; false if a response was not as expected, or not all messages were stored. */
async function bench(settings: Settings, json: string | undefined): Promise<boolean> {
  const runs = await measureAll(settings);
  const summaries = summarize(runs);
  const faults = faultLines(runs);
  for (const load of settings.loads) print(`\n${loadTable(load, summaries)}\n`);
  const clean = 'every answer had the ids of new messages, and as many were stored';
  print(`\n${faults.length > 0 ? faults.join('\n') : clean}\n`);
  if (json !== undefined) {
    const { rounds, seconds, connections } = settings;
    await writeJson(json, { machine: machine(), rounds, seconds, connections, runs, summaries });
  }
  return faults.length === 0;
}

/** In each round every load, and for each load every server, so that a slowdown of the machine affects all alike. */
async function measureAll(settings: Settings): Promise<HttpRun[]> {
  const runs: HttpRun[] = [];
  for (let round = 1; round <= settings.rounds; round++) {
    for (const load of settings.loads) {
      for (const server of settings.servers) {
        const run = await runOnce(settings, load, server, round);
        runs.push(run);
        process.stderr.write(
          `round ${round}/${settings.rounds}  ${load.name.padEnd(6)}  ${server.name.padEnd(10)}  ${outcome(run)}\n`,
        );
      }
    }
  }
  return runs;
}

async function runOnce(
  settings: Settings,
  load: HttpLoad,
  server: HttpServer,
  round: number,
): Promise<HttpRun> {
  const run = { load: load.name, server: server.name, round };
  try {
    return { ...run, measurement: await measure(server, load, settings) };
  } catch (error) {
    return { ...run, error: (error as Error).message };
  }
}

function outcome({ measurement, error }: HttpRun): string {
  if (measurement === undefined) return `failed: ${error}`;
  const { requestsPerSecond, messagesPerSecond, cpuMicrosPerRequest, generatorCpuPercent } = measurement;
  return [
    `${figure(requestsPerSecond)} requests/s`,
    `${figure(messagesPerSecond)} messages/s`,
    ...(cpuMicrosPerRequest === undefined ? [] : [`${figure(cpuMicrosPerRequest)} µs`]),
    `load ${generatorCpuPercent.toFixed(0)} %`,
  ].join('  ');
}

function print(text: string): void {
  process.stdout.write(text);
}
