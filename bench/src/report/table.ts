import Table from 'cli-table3';
import type { Scenario } from '../scenarios.js';
import { SERVERS } from '../servers.js';
import type { Summary } from '../summary.js';
import { middle, percent, range } from './format.js';

const KB = 1024;
const MB = 1024 * 1024;
const BUSY_PERCENT = 80;
const LATE_MS = 10;

type Column = readonly [head: string, cell: (summary: Summary) => string];

const server: Column = ['server', (summary) => titleOf(summary.server)];
const ratio: Column = ['hub ÷ it', (summary) => range(summary.hubRatio)];
const rss: Column = ['RSS, MB', (summary) => middle(summary.rssBytes, MB)];
/** The process that is near 100 limits the figures. */
const busy: Column = [
  'server/generator, %',
  (summary) => `${percent(summary.serverCpuPercent)}/${percent(summary.generatorCpuPercent)}`,
];
const faults: Column = [
  'lost/dup/order',
  ({ rounds, lost, duplicates, outOfOrder }) =>
    rounds > 0 ? `${lost}/${duplicates}/${outOfOrder}` : 'failed',
];

const LOAD_COLUMNS: readonly Column[] = [
  server,
  ['deliveries/s', (summary) => range(summary.deliveriesPerSecond)],
  ['CPU, µs/delivery', (summary) => range(summary.cpuMicrosPerDelivery)],
  ratio,
  ['p50, ms', (summary) => middle(summary.p50Ms)],
  ['p99, ms', (summary) => middle(summary.p99Ms)],
  rss,
  busy,
  faults,
];

const MEMORY_COLUMNS: readonly Column[] = [
  server,
  ['RSS per connection, KB', (summary) => range(summary.rssBytesPerConnection, KB)],
  ratio,
  rss,
];

const RATIO_OF = {
  cpu: 'hub ÷ it: CPU per delivery, less is better for the hub',
  deliveries: 'hub ÷ it: deliveries/s, more is better for the hub',
  memory: 'hub ÷ it: RSS per connection, less is better for the hub',
};

/** The table of one scenario: medians, with minimum and maximum of the rounds in brackets. */
export function scenarioTable(scenario: Scenario, summaries: readonly Summary[]): string {
  const columns = scenario.metric === 'memory' ? MEMORY_COLUMNS : LOAD_COLUMNS;
  const table = new Table({
    head: columns.map(([head]) => head),
    colAligns: columns.map((_, index) => (index === 0 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  });
  const own = summaries.filter((summary) => summary.scenario === scenario.name);
  for (const summary of own) table.push(columns.map(([, cell]) => cell(summary)));
  const title = `${scenario.name}: ${scenario.summary}\n(${RATIO_OF[scenario.metric]})`;
  return [title, table.toString(), ...own.flatMap(busyWarning), ...own.flatMap(lateWarning)].join('\n');
}

export function titleOf(name: string): string {
  return SERVERS.find((spec) => spec.name === name)?.title ?? name;
}

/** If the generator is nearly busy, it may limit the figure. */
function busyWarning(summary: Summary): string[] {
  const busiest = summary.generatorCpuPercent?.max ?? 0;
  if (busiest <= BUSY_PERCENT) return [];
  return [
    `warning: the generator used ${busiest.toFixed(0)} % of its core with ${titleOf(summary.server)}; it may be the limit`,
  ];
}

/** Latencies count from when a message was sent, not from when it was due. */
function lateWarning({ server, senderLagMs }: Summary): string[] {
  const latest = senderLagMs?.max ?? 0;
  if (latest <= LATE_MS) return [];
  return [`warning: with ${titleOf(server)} messages were sent up to ${latest.toFixed(0)} ms late`];
}
