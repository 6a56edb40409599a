import { quantile } from '../faults/crowd.js';
import type { Attack } from './attack.js';
import { Child, CLIENTS_CORE, HUB_CORE, pin } from './child.js';
import { HubUnderAttack, type Look, loopDelayMs } from './hub-under-attack.js';
import { within } from './load.js';
import { lossesOf, type PairOrder, type PairReport } from './pair-report.js';

/** Whether the long form is running: `npm run test:attacks:long`. */
export const LONG = process.env.ATTACKS === 'long';

const WARM_UP_SECONDS = LONG ? 4 : 0.3;
/** Messages of the healthy pair. */
const BEFORE = LONG ? 500 : 20;
const SETTLED = 10;
const AFTER = LONG ? 100 : 5;
/** An attack ends by itself; otherwise it is ended after this time. */
const LONGEST_MS = LONG ? 150_000 : 20_000;
const PATIENCE_MS = LONG ? 60_000 : 8_000;

const MAX_P99_MS = 200;
const MAX_GROWTH_MB = 100;

/** The result of an attack. */
export interface Outcome {
  readonly finding: string;
  readonly name: string;
  readonly pair: PairReport;
  readonly start: Look;
  /** Undefined if the hub has ended. */
  readonly end: Look | undefined;
  /** CPU time of the hub in µs, without what the healthy pair alone causes. */
  readonly cpuMicros: number;
  readonly replayed: number;
  readonly notes: readonly string[];
  /** What failed. `slow` is only checked in the long form, on dedicated cores. */
  readonly broken: readonly string[];
  readonly slow: readonly string[];
}

/** The final answer of the attackers. */
interface Answer {
  readonly broken: readonly string[];
  readonly notes: readonly string[];
}

/** Attacks a hub while a healthy pair exchanges messages through it. */
export async function battle(attack: Attack): Promise<Outcome> {
  const [pair, attacker] = [Child.start('healthy-pair'), Child.start('attacker')];
  let hub: HubUnderAttack | undefined;
  try {
    hub = await hubFor(attack);
    if (LONG) {
      pin(hub.pid, HUB_CORE);
      for (const { process } of [pair, attacker]) pin(process.pid, CLIENTS_CORE);
    }
    return await fight(attack, hub, pair, attacker);
  } finally {
    await Promise.all([attacker.kill(), pair.kill(), hub && end(hub)]);
  }
}

/** The short form has no time to start a hub per attack: attacks with the same settings share one. */
const shared = new Map<Attack['env'], HubUnderAttack>();

async function hubFor(attack: Attack): Promise<HubUnderAttack> {
  const isOrdinary = (attack.shortEnv ?? attack.maxFiles) === undefined;
  const known = shared.get(attack.env);
  if (!LONG && isOrdinary && known !== undefined) return known;
  const hub = await HubUnderAttack.start(attack, LONG);
  if (!LONG && isOrdinary) shared.set(attack.env, hub);
  return hub;
}

async function end(hub: HubUnderAttack): Promise<void> {
  const entry = [...shared].find(([, other]) => other === hub);
  if (entry !== undefined && hub.ended === undefined) return;
  if (entry !== undefined) shared.delete(entry[0]);
  await hub.kill();
}

/** Call it after the last attack. */
export async function peace(): Promise<void> {
  await Promise.all([...shared.values()].map((hub) => hub.kill()));
}

async function fight(attack: Attack, hub: HubUnderAttack, pair: Child, attacker: Child): Promise<Outcome> {
  const { port, adminPort } = hub;
  await attacker.ask({ port, adminPort, long: LONG, name: attack.name, warmUpSeconds: WARM_UP_SECONDS });
  await pair.ask(port);
  // The first messages run code that is not compiled yet.
  await enter(pair, { next: 'before', atLeast: SETTLED });
  const quiet = await hub.begin();
  await enter(pair, { next: 'before', atLeast: SETTLED + BEFORE });
  const idle = usedBetween(quiet, await hub.begin());
  await attacker.ask('prepare');
  const start = await hub.begin();
  await enter(pair, { next: 'during', atLeast: 0 });
  const answer = await within(LONGEST_MS, attacker.ask<Answer>('attack'));
  const end = await hub.end();
  const report = await enter(pair, { next: 'end', atLeast: AFTER, patienceMs: PATIENCE_MS });
  const used = usedBetween(start, end ?? start);
  const figures = {
    finding: attack.finding,
    name: attack.name,
    pair: report as PairReport,
    start,
    end,
    cpuMicros: used.cpuMicros - (idle.cpuMicros / idle.ms) * used.ms,
    replayed: replayedBetween(start, end),
    notes: answer?.notes ?? [],
  };
  const broken = [
    ...(hub.ended === undefined ? [] : [hub.ended]),
    ...lossesOf(figures.pair),
    ...(answer?.broken ?? ['the attack did not end in time']),
    ...queuedTooMuch(attack, end),
    ...bugsBetween(start, end),
  ];
  return { ...figures, broken, slow: slownessOf(attack, figures) };
}

function enter(pair: Child, order: PairOrder): Promise<unknown> {
  return pair.ask(order);
}

function usedBetween(from: Look, to: Look): { ms: number; cpuMicros: number } {
  return { ms: to.atMs - from.atMs, cpuMicros: to.cpuMicros - from.cpuMicros };
}

function replayedBetween(from: Look, to: Look | undefined): number {
  const [before = 0, after = 0] = [from, to].map((look) => look?.metrics.get('hub_replayed_messages_total'));
  return after - before;
}

function queuedTooMuch({ maxQueuedBytes = Number.POSITIVE_INFINITY }: Attack, end: Look | undefined) {
  const queued = end?.metrics.get('hub_queued_bytes') ?? 0;
  return queued > maxQueuedBytes ? [`${(queued / 1e6).toFixed(0)} MB wait in the hub`] : [];
}

/** Whatever is sent to a hub, it must not reach a bug. */
function bugsBetween(from: Look, to: Look | undefined): string[] {
  const [before = 0, after = 0] = [from, to].map((look) => look?.metrics.get('hub_internal_errors_total'));
  return to !== undefined && after > before ? [`${after - before} bugs of the hub were reached`] : [];
}

type Figures = Pick<Outcome, 'pair' | 'start' | 'end' | 'cpuMicros' | 'replayed'>;

/** The exceeded limits of the long form. */
function slownessOf(
  {
    maxP99Ms = MAX_P99_MS,
    maxLoopP99Ms = Number.POSITIVE_INFINITY,
    maxGrowthMb = MAX_GROWTH_MB,
    maxMicrosPerReplayed,
  }: Attack,
  { pair, start, end, cpuMicros, replayed }: Figures,
): string[] {
  const micros = cpuMicros / replayed;
  return [
    ...(quantile(pair.during, 0.99) > maxP99Ms ? [`p99 over ${maxP99Ms} ms`] : []),
    ...(end && loopDelayMs(start, end, 0.99) > maxLoopP99Ms
      ? [`loop delay p99 over ${maxLoopP99Ms} ms`]
      : []),
    ...(end && end.peakMb - start.residentMb > maxGrowthMb ? [`more than ${maxGrowthMb} MB`] : []),
    ...(maxMicrosPerReplayed !== undefined && micros > maxMicrosPerReplayed
      ? [`more than ${maxMicrosPerReplayed} µs a replayed message`]
      : []),
  ];
}
