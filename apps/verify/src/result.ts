import { EXIT } from './config/exit-codes.js';
import type { VerifyConfig } from './config/verify.config.js';
import type { FaultInjector } from './fault-injector.js';
import type { Verdict } from './judge.js';
import type { Ledger } from './ledger.js';
import type { Participant } from './participant.js';

/** If cuts were requested, fewer than this with traffic in flight prove nothing. */
const MIN_CUTS_IN_FLIGHT = 20;

/** The result of a run, as `--json` prints it. */
export interface Result extends Verdict {
  readonly dialect: 'hub.v1' | 'plain';
  readonly via: readonly string[];
  readonly published: number;
  readonly acked: number;
  /** Acknowledged messages that were stored by an earlier attempt. */
  readonly repeated: number;
  /** Neither acknowledged nor refused; it may have been stored. */
  readonly unknown: number;
  readonly refused: number;
  /** Clients that had no connection at the end. */
  readonly absent: number;
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
  readonly interrupted: boolean;
  /** What went wrong, in words. */
  readonly faults: readonly string[];
  /** Why no verdict is possible, in words. */
  readonly doubts: readonly string[];
}

interface Run {
  readonly config: VerifyConfig;
  readonly ledger: Ledger;
  readonly participants: readonly Participant[];
  readonly faults: FaultInjector;
  readonly isV1: boolean;
  readonly verdict: Verdict;
  readonly isInterrupted: boolean;
}

export function resultOf(run: Run): Result {
  const { config, ledger, participants, faults, isV1, verdict } = run;
  const sum = (count: (participant: Participant) => number) =>
    participants.reduce((total, each) => total + count(each), 0);
  const latencies = Float64Array.from(participants.flatMap(({ latenciesMs }) => latenciesMs)).sort();
  const { cuts, cutsInFlight, stalls, restarts } = faults;
  const counts = {
    ...verdict,
    via: config.via,
    dialect: isV1 ? ('hub.v1' as const) : ('plain' as const),
    published: ledger.said.length,
    acked: ledger.count('acked'),
    repeated: ledger.repeated,
    unknown: ledger.count('unknown') + ledger.count('pending'),
    refused: ledger.count('refused'),
    absent: participants.filter(({ isConnected }) => !isConnected).length,
    misplaced: ledger.misplaced,
    malformed: sum(({ malformed }) => malformed),
    foreign: sum(({ foreign }) => foreign),
    gaps: sum(({ gaps }) => gaps.length),
    ...{ cuts, cutsInFlight, stalls, restarts },
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    interrupted: run.isInterrupted,
  };
  return { ...counts, faults: faultsOf(counts), doubts: doubtsOf(counts, run) };
}

/** 0 if the promise held, 1 if not, 2 if that cannot be told. */
export function exitCode({ faults, doubts }: Result): number {
  if (faults.length > 0) return EXIT.broken;
  return doubts.length > 0 ? EXIT.inconclusive : EXIT.held;
}

/** Prints the result on stdout. */
export function show(result: Result, asJson: boolean): void {
  process.stdout.write(asJson ? `${JSON.stringify(result, undefined, 2)}\n` : tableOf(result));
}

const FAULTS = ['lost', 'duplicate', 'outOfOrder', 'echoed', 'misplaced', 'malformed'] as const;

function faultsOf(counts: Readonly<Record<(typeof FAULTS)[number], number>>): string[] {
  return FAULTS.filter((name) => counts[name] > 0).map((name) => `${TITLES[name]}: ${counts[name]}`);
}

type Counts = Omit<Result, 'faults' | 'doubts'>;

function doubtsOf(counts: Counts, { config, participants, faults }: Run): string[] {
  if (counts.interrupted) return ['interrupted before outstanding messages could arrive'];
  const { outstanding, absent } = counts;
  const doubts = tooLittle(counts, config.cutEveryMs > 0);
  if (absent > 0) doubts.push(`clients that did not reconnect: ${absent} (${whyAbsent(participants)})`);
  if (outstanding > 0) doubts.push(`${outstanding} deliveries outstanding after ${config.timeoutMs} ms`);
  if (faults.failure !== undefined) doubts.push(faults.failure);
  return doubts;
}

function whyAbsent(participants: readonly Participant[]): string {
  return [
    ...new Set(participants.filter(({ isConnected }) => !isConnected).map(({ whyGone }) => whyGone)),
  ].join('; ');
}

function tooLittle({ dialect, cutsInFlight, acked, published }: Counts, wantsCuts: boolean): string[] {
  const doubts: string[] = [];
  if (wantsCuts && dialect === 'hub.v1' && cutsInFlight < MIN_CUTS_IN_FLIGHT)
    doubts.push(
      `only ${cutsInFlight} cuts hit traffic in flight; ${MIN_CUTS_IN_FLIGHT} are needed for a verdict`,
    );
  if (acked < published / 2) doubts.push(`only ${acked} of ${published} messages were acknowledged`);
  return doubts;
}

const TITLES = {
  published: 'published',
  acked: 'acknowledged',
  repeated: 'acknowledged, and stored by an earlier try',
  refused: 'rejected, or not sent',
  unknown: 'outcome unknown',
  delivered: 'delivered',
  lost: 'lost',
  outstanding: 'outstanding',
  absent: 'clients not connected at the end',
  duplicate: 'duplicate',
  outOfOrder: 'out of order',
  echoed: 'received by their sender',
  misplaced: 'received with two positions',
  malformed: 'malformed',
  foreign: 'not from this test',
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
  return [...lines, ...result.doubts.map((doubt) => `doubtful: ${doubt}`), endingOf(result), ''].join('\n');
}

function endingOf({ faults, doubts, dialect }: Result): string {
  if (faults.length > 0) return `broken: ${faults.join('; ')}`;
  return doubts.length > 0 ? `cannot tell: ${dialect}` : `held: ${dialect}`;
}

function quantile(sorted: Float64Array, part: number): number | null {
  return sorted[Math.floor((sorted.length - 1) * part)] ?? null;
}

function inMs(value: number | null): string {
  return value === null ? '-' : `${value.toFixed(1)} ms`;
}
