// Measures how the cost of a delivery grows with clients and with messages: one curve per server, on two axes.
import { writeFile } from 'node:fs/promises';
import { stopChildrenOnSignals } from '../children.js';
import { numberIn, parseFlags, pick, runProgram } from '../flags.js';
import { DEFAULT_ROUNDS, DEFAULT_SECONDS, ROUNDS, SECONDS } from '../options.js';
import { PLOTS_DIR } from '../paths.js';
import { missingPeers } from '../peers.js';
import { machine } from '../report/machine.js';
import { prepareOutput, writeJson } from '../report/output.js';
import { SERVERS } from '../servers.js';
import { curves } from './curves.js';
import { scalingPlot } from './plot.js';
import { AXES } from './points.js';
import { type Sample, walk } from './walk.js';

const DEFAULT_SERVERS = 'hub,ws,uws';

const HELP = `Usage: npm run bench:scaling -- [flags]

  --servers a,b    ${SERVERS.map(({ name }) => name).join(', ')} (default: ${DEFAULT_SERVERS})
  --axis a,b       ${AXES.map(({ name }) => name).join(', ')} (default: all)
  --rounds N       how often each point is measured (default: ${DEFAULT_ROUNDS})
  --seconds N      how long each is measured, after a warm-up (default: ${DEFAULT_SECONDS})
  --json FILE      writes every run to FILE
  --plot           writes cost-by-clients.svg and cost-by-rate.svg to docs/performance/
  --help           prints this
`;

const FLAGS = {
  servers: { type: 'string', default: DEFAULT_SERVERS },
  axis: { type: 'string' },
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  json: { type: 'string' },
  plot: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

await runProgram('bench:scaling', async () => {
  const flags = parseFlags(process.argv.slice(2), FLAGS);
  if (flags.help) {
    process.stdout.write(HELP);
    return;
  }
  const chosen = pick('servers', flags.servers, SERVERS);
  const axes = pick('axis', flags.axis, AXES);
  const rounds = numberIn('rounds', flags.rounds, DEFAULT_ROUNDS, ROUNDS);
  const seconds = numberIn('seconds', flags.seconds, DEFAULT_SECONDS, SECONDS);
  await prepareOutput({ json: flags.json, plot: flags.plot });
  stopChildrenOnSignals();
  const missing = await missingPeers(chosen);
  const notes = [...missing].map(([server, reason]) => `${server}: not available: ${reason}`);
  const servers = chosen.filter(({ name }) => !missing.has(name));
  const samples: Sample[] = [];
  for (const axis of axes) samples.push(...(await walk(axis, servers, rounds, seconds)));
  if (flags.json !== undefined) {
    const report = { machine: machine(), rounds, seconds, notes, samples, curves: curves(samples) };
    await writeJson(flags.json, report);
  }
  if (!flags.plot) return;
  for (const axis of axes) {
    await writeFile(`${PLOTS_DIR}cost-by-${axis.name}.svg`, await scalingPlot(axis, curves(samples)));
  }
});
