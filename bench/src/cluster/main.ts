// Measures how many messages per second a cluster accepts, and how long that takes, with 1, 2 and 3 hubs on one NATS
// server.
import { spawnSync } from 'node:child_process';
import Table from 'cli-table3';
import { stopChildrenOnSignals } from '../children.js';
import { numberIn, parseFlags, runProgram, UsageError } from '../flags.js';
import { DEFAULT_ROUNDS, DEFAULT_SECONDS, ROUNDS, SECONDS } from '../options.js';
import { machine } from '../report/machine.js';
import { prepareOutput, writeJson } from '../report/output.js';
import { spread } from '../statistics.js';
import { LOADS, type Measurement, measure } from './load.js';
import { startNodes } from './nodes.js';

const HUBS = [1, 2, 3];

const HELP = `Usage: npm run bench:cluster -- [flags]

  --rounds N       how often each is measured (default: ${DEFAULT_ROUNDS})
  --seconds N      how long each is measured, after a warm-up (default: ${DEFAULT_SECONDS})
  --json FILE      writes every run to FILE
  --help           prints this

It needs a nats-server on PATH (npm run setup:test installs it). Hubs, NATS and load share the cores of this machine.
`;

const FLAGS = {
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  json: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

await runProgram('bench:cluster', async () => {
  const flags = parseFlags(process.argv.slice(2), FLAGS);
  if (flags.help) {
    process.stdout.write(HELP);
    return;
  }
  const rounds = numberIn('rounds', flags.rounds, DEFAULT_ROUNDS, ROUNDS);
  const seconds = numberIn('seconds', flags.seconds, DEFAULT_SECONDS, SECONDS);
  const nats = spawnSync('nats-server', ['--version'], { encoding: 'utf8' });
  if (nats.status !== 0) throw new UsageError('no nats-server on PATH: npm run setup:test installs it');
  await prepareOutput({ json: flags.json, plot: false });
  stopChildrenOnSignals();
  const runs = await measureAll(rounds, seconds);
  process.stdout.write(`${tableOf(runs)}\n`);
  if (flags.json === undefined) return;
  await writeJson(flags.json, { machine: machine(), nats: nats.stdout.trim(), rounds, seconds, runs });
});

async function measureAll(rounds: number, seconds: number): Promise<Measurement[]> {
  const runs: Measurement[] = [];
  for (let round = 1; round <= rounds; round++) {
    for (const hubs of HUBS) {
      const nodes = await startNodes(hubs);
      for (const load of LOADS) {
        const run = await measure(nodes, load, seconds);
        runs.push(run);
        const accepted = Math.round(run.acceptedPerSecond).toLocaleString('en');
        process.stderr.write(
          `round ${round}/${rounds}  ${hubs} hubs  ${load.name}  ${accepted} accepted/s\n`,
        );
      }
      await nodes.end();
    }
  }
  return runs;
}

function tableOf(runs: readonly Measurement[]): string {
  const table = new Table({
    head: [
      'load',
      'hubs',
      'accepted/s',
      'refused',
      'p50, ms',
      'p99, ms',
      'CPU of NATS/hubs/load, % of a core',
    ],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const load of LOADS) {
    for (const hubs of HUBS) {
      table.push(rowOf(runs.filter((run) => run.load === load.name && run.hubs === hubs)));
    }
  }
  return table.toString();
}

function rowOf(own: readonly Measurement[]): string[] {
  const cell = (read: (run: Measurement) => number, digits: number) => {
    const { median, min, max } = spread(own.map(read)) ?? {
      median: Number.NaN,
      min: Number.NaN,
      max: Number.NaN,
    };
    const [middle, least, most] = [median, min, max].map((value) =>
      value.toLocaleString('en', { maximumFractionDigits: digits }),
    );
    return `${middle} (${least}–${most})`;
  };
  const middle = (read: (run: Measurement) => number) =>
    (spread(own.map(read))?.median ?? Number.NaN).toFixed(0);
  return [
    own[0]?.load ?? '',
    String(own[0]?.hubs ?? ''),
    cell((run) => run.acceptedPerSecond, 0),
    String(own.reduce((sum, { refused }) => sum + refused, 0)),
    cell((run) => run.p50Ms, 1),
    cell((run) => run.p99Ms, 1),
    `${middle((run) => run.natsCpuPercent)}/${middle((run) => run.hubCpuPercent)}/${middle((run) => run.loadCpuPercent)}`,
  ];
}
