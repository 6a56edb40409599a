import type { VerifyConfig } from './config/verify.config.js';
import type { Verdict } from './judge.js';
import type { Ledger } from './ledger.js';
import type { Participant } from './participant.js';
import type { Troubles } from './troubles.js';

/** Fewer cuts than this with traffic in flight, where cuts were asked for, prove nothing. */
const MIN_CUTS_IN_FLIGHT = 20;

/** What a run found out; this is what `--json` prints. */
export interface Result extends Verdict {
  readonly dialect: 'hub.v1' | 'plain';
  readonly published: number;
  readonly acked: number;
  /** Neither acknowledged nor refused; it may have been stored. */
  readonly unknown: number;
  readonly refused: number;
  readonly misplaced: number;
  readonly malformed: number;
  readonly foreign: number;
  readonly gaps: number;
  readonly cuts: number;
  readonly cutsInFlight: number;
  readonly stalls: number;
  readonly restarts: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** What went wrong, in words. */
  readonly faults: readonly string[];
  /** Why the result means little, in words. */
  readonly doubts: readonly string[];
}

interface Run {
  readonly config: VerifyConfig;
  readonly ledger: Ledger;
  readonly participants: readonly Participant[];
  readonly troubles: Troubles;
  readonly isV1: boolean;
  readonly verdict: Verdict;
}

export function resultOf({ config, ledger, participants, troubles, isV1, verdict }: Run): Result {
  const sum = (count: (participant: Participant) => number) =>
    participants.reduce((total, each) => total + count(each), 0);
  const latencies = Float64Array.from(participants.flatMap(({ latenciesMs }) => latenciesMs)).sort();
  const { cuts, cutsInFlight, stalls, restarts, failure } = troubles;
  const counts = {
    ...verdict,
    dialect: isV1 ? ('hub.v1' as const) : ('plain' as const),
    published: ledger.said.length,
    acked: ledger.count('acked'),
    unknown: ledger.count('unknown') + ledger.count('pending'),
    refused: ledger.count('refused'),
    misplaced: ledger.misplaced,
    malformed: sum(({ malformed }) => malformed),
    foreign: sum(({ foreign }) => foreign),
    gaps: sum(({ gaps }) => gaps.length),
    ...{ cuts, cutsInFlight, stalls, restarts },
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  };
  const gone = participants.filter(({ isConnected }) => !isConnected).length;
  const faults = [...faultsOf(counts), ...(failure ? [failure] : []), ...missing(gone)];
  return { ...counts, faults, doubts: doubtsOf(counts, config.cutEveryMs > 0) };
}

/** 0 if the promise held, 1 if not, 2 if too little happened to tell. */
export function exitCode({ faults, doubts }: Result): number {
  if (faults.length > 0) return 1;
  return doubts.length > 0 ? 2 : 0;
}

/** Prints the result on stdout. */
export function show(result: Result, asJson: boolean): void {
  process.stdout.write(asJson ? `${JSON.stringify(result, undefined, 2)}\n` : tableOf(result));
}

const FAULTS = ['lost', 'duplicate', 'outOfOrder', 'echoed', 'misplaced', 'malformed'] as const;

function faultsOf(counts: Readonly<Record<(typeof FAULTS)[number], number>>): string[] {
  return FAULTS.filter((name) => counts[name] > 0).map((name) => `${TITLES[name]}: ${counts[name]}`);
}

function missing(clients: number): string[] {
  return clients === 0 ? [] : [`${clients} clients did not come back`];
}

function doubtsOf(
  {
    dialect,
    cutsInFlight,
    acked,
    published,
  }: Pick<Result, 'dialect' | 'cutsInFlight' | 'acked' | 'published'>,
  wantsCuts: boolean,
): string[] {
  const doubts: string[] = [];
  if (wantsCuts && dialect === 'hub.v1' && cutsInFlight < MIN_CUTS_IN_FLIGHT)
    doubts.push(
      `only ${cutsInFlight} cuts hit traffic in flight; ${MIN_CUTS_IN_FLIGHT} is the least that means anything`,
    );
  if (acked < published / 2) doubts.push(`only ${acked} of ${published} messages were acknowledged`);
  return doubts;
}

const TITLES = {
  published: 'published',
  acked: 'acknowledged',
  refused: 'refused, or not taken',
  unknown: 'outcome unknown',
  delivered: 'delivered',
  lost: 'lost',
  duplicate: 'duplicate',
  outOfOrder: 'out of order',
  echoed: 'heard by their sender',
  misplaced: 'told at two places of the log',
  malformed: 'malformed',
  foreign: 'not of this test',
  gaps: 'gaps announced',
  excused: 'missed in announced gaps',
  cuts: 'cuts',
  cutsInFlight: 'cuts with traffic in flight',
  stalls: 'stalled readers',
  restarts: 'restarts',
} as const;

function tableOf(result: Result): string {
  const rows = Object.entries(TITLES).map(([name, title]) => [
    title,
    `${result[name as keyof typeof TITLES]}`,
  ]);
  rows.push(['delivery p50', inMs(result.p50Ms)], ['delivery p99', inMs(result.p99Ms)]);
  const width = Math.max(...rows.map(([title = '']) => title.length));
  const lines = rows.map(([title = '', value]) => `${title.padEnd(width)}  ${value}`);
  const { faults, doubts, dialect } = result;
  const ending = faults.length > 0 ? `broken: ${faults.join('; ')}` : `held: ${dialect}`;
  return [...lines, ...doubts.map((doubt) => `doubtful: ${doubt}`), ending, ''].join('\n');
}

function quantile(sorted: Float64Array, part: number): number | null {
  return sorted[Math.floor((sorted.length - 1) * part)] ?? null;
}

function inMs(value: number | null): string {
  return value === null ? '-' : `${value.toFixed(1)} ms`;
}
