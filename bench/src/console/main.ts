// Measures what the console costs a hub with a crowd: in turn, windows with the console open in some browsers, and
// without.
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { GENERATOR_CORE, start, stop, stopChildrenOnSignals } from '../children.js';
import { numberIn, parseFlags, runProgram } from '../flags.js';
import { HUB_PROGRAM } from '../paths.js';
import { range } from '../report/format.js';
import { startServer } from '../server-process.js';
import { spread } from '../statistics.js';
import { Browsers } from './browsers.js';
import type { CrowdJob } from './crowd.js';
import { measureWindow, type Window } from './window.js';

const CROWD = fileURLToPath(new URL('crowd.js', import.meta.url));
const [ADMIN_PORT, METRICS_PORT] = [29_465, 29_464];
const PER_CHANNEL = 5;

const HELP = `Usage: npm run bench:console -- [flags]

  --connections N  clients of the hub, five on a channel (default: 15000)
  --rate N         messages a second of all of them (default: 10000)
  --browsers N     pages of the console that poll (default: 10)
  --rounds N       windows with and without, in turn (default: 5)
  --seconds N      how long each window is (default: 10)
  --help           prints this
`;

const TEXT = { type: 'string' } as const;
const FLAGS = {
  connections: TEXT,
  rate: TEXT,
  browsers: TEXT,
  rounds: TEXT,
  seconds: TEXT,
  help: { type: 'boolean', default: false },
} as const;

await runProgram('bench:console', async () => {
  const flags = parseFlags(process.argv.slice(2), FLAGS);
  if (flags.help) {
    process.stdout.write(HELP);
    return;
  }
  stopChildrenOnSignals();
  const whole = (
    flag: 'connections' | 'rate' | 'browsers' | 'rounds' | 'seconds',
    preset: number,
    most: number,
  ) => numberIn(flag, flags[flag], preset, { least: 1, most, whole: true });
  await bench({
    connections: whole('connections', 15_000, 19_000),
    rate: whole('rate', 10_000, 100_000),
    browsers: whole('browsers', 10, 100),
    rounds: whole('rounds', 5, 100),
    seconds: whole('seconds', 10, 600),
  });
});

interface Settings {
  readonly connections: number;
  readonly rate: number;
  readonly browsers: number;
  readonly rounds: number;
  readonly seconds: number;
}

async function bench(settings: Settings): Promise<void> {
  const env = () => ({ ADMIN_PORT: `${ADMIN_PORT}`, METRICS_PORT: `${METRICS_PORT}` });
  const hub = await startServer({
    command: () => [process.execPath, HUB_PROGRAM, 'server', '--port', '0', '--host', '127.0.0.1'],
    env,
  });
  const crowd = start(GENERATOR_CORE, [process.execPath, CROWD], ['ignore', 'ignore', 'inherit', 'ipc']);
  try {
    const job: CrowdJob = {
      url: `ws://127.0.0.1:${hub.port}/ws`,
      connections: settings.connections,
      perChannel: PER_CHANNEL,
      messagesPerSecond: settings.rate,
    };
    crowd.send(job);
    await Promise.race([once(crowd, 'message'), once(crowd, 'exit').then(crowdEnded)]);
    await measureAll(settings, hub.pid);
  } finally {
    await stop(crowd);
    await hub.stop();
  }
}

function crowdEnded(): never {
  throw new Error('the crowd has ended');
}

async function measureAll({ browsers: count, rounds, seconds }: Settings, pid: number): Promise<void> {
  const metrics = `http://127.0.0.1:${METRICS_PORT}/metrics`;
  const failures: Error[] = [];
  const browsers = new Browsers(ADMIN_PORT, count, (error) => failures.push(error));
  const windows: Window[] = [];
  for (let round = 1; round <= rounds; round++) {
    windows.push(await measureWindow(pid, metrics, seconds, false));
    browsers.open();
    windows.push(await measureWindow(pid, metrics, seconds, true));
    browsers.close();
  }
  browsers.end();
  report(windows, browsers.answersMs, failures);
}

function report(windows: readonly Window[], answersMs: readonly number[], failures: readonly Error[]): void {
  const lines = [false, true].map((watched) => {
    const own = windows.filter((window) => window.watched === watched);
    const of = (read: (window: Window) => number) => range(spread(own.map(read)));
    return [
      watched ? 'open' : 'closed',
      `CPU ${of(({ cpuPercent }) => cpuPercent)} %`,
      `event-loop delay p99 ${of(({ loopDelayP99Ms }) => loopDelayP99Ms)} ms`,
      `${of(({ deliveriesPerSecond }) => deliveriesPerSecond)} deliveries/s`,
    ].join(', ');
  });
  const sorted = answersMs.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)]?.toFixed(1);
  const answers = `${sorted.length} answers: median ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`;
  const faults = failures.map(({ message }) => message);
  process.stdout.write(`${[...lines, answers, ...new Set(faults)].join('\n')}\n`);
  process.exitCode = faults.length > 0 ? 1 : 0;
}
