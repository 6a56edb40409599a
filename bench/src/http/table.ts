import Table from 'cli-table3';
import { middle, percent, range } from '../report/format.js';
import type { HttpLoad } from './loads.js';
import { HTTP_SERVERS } from './servers.js';
import type { HttpSummary } from './summary.js';

const BUSY_PERCENT = 80;

type Column = readonly [head: string, cell: (summary: HttpSummary) => string];

const COLUMNS: readonly Column[] = [
  ['server', ({ server }) => titleOf(server)],
  ['requests/s', (summary) => range(summary.requestsPerSecond)],
  ['it ÷ bare', (summary) => range(summary.requestsToBare)],
  ['CPU, µs/request', (summary) => range(summary.cpuMicrosPerRequest)],
  ['it ÷ bare', (summary) => range(summary.cpuToBare)],
  ['messages/s', (summary) => range(summary.messagesPerSecond)],
  ['messages/s of CPU', (summary) => range(summary.messagesPerCpuSecond)],
  [
    'server/load, %',
    ({ serverCpuPercent, generatorCpuPercent }) =>
      `${percent(serverCpuPercent)}/${percent(generatorCpuPercent)}`,
  ],
];

/** The table of one load: medians, with minimum and maximum of the rounds in brackets. */
export function loadTable({ name, summary }: HttpLoad, summaries: readonly HttpSummary[]): string {
  const table = new Table({
    head: COLUMNS.map(([head]) => head),
    colAligns: COLUMNS.map((_, index) => (index === 0 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  });
  const own = summaries.filter(({ load }) => load === name);
  for (const each of own) table.push(COLUMNS.map(([, cell]) => cell(each)));
  return [`${name}: ${summary}`, table.toString(), ...own.flatMap(busyWarning)].join('\n');
}

/** If the load generator is nearly busy, it may limit the figure. */
function busyWarning({ server, generatorCpuPercent }: HttpSummary): string[] {
  if ((generatorCpuPercent?.max ?? 0) <= BUSY_PERCENT) return [];
  return [
    `warning: the load used ${middle(generatorCpuPercent)} % of its core with ${titleOf(server)}; it may be the limit`,
  ];
}

function titleOf(name: string): string {
  return HTTP_SERVERS.find((server) => server.name === name)?.title ?? name;
}
