import { type Spread, spread } from '../statistics.js';
import type { HttpMeasurement } from './job.js';
import { BARE } from './servers.js';

/** One server under one load in one round. */
export interface HttpRun {
  readonly load: string;
  readonly server: string;
  readonly round: number;
  readonly measurement?: HttpMeasurement;
  /** Why there is no measurement. */
  readonly error?: string;
}

type Figure = (measurement: HttpMeasurement) => number | undefined;

const FIGURES = {
  requestsPerSecond: (run) => run.requestsPerSecond,
  messagesPerSecond: (run) => run.messagesPerSecond,
  cpuMicrosPerRequest: (run) => run.cpuMicrosPerRequest,
  messagesPerCpuSecond: (run) => run.messagesPerCpuSecond,
  serverCpuPercent: (run) => run.serverCpuPercent,
  generatorCpuPercent: (run) => run.generatorCpuPercent,
} satisfies Record<string, Figure>;

/** The result of all rounds of a server under a load. */
export type HttpSummary = Readonly<Record<keyof typeof FIGURES, Spread | undefined>> & {
  readonly load: string;
  readonly server: string;
  readonly rounds: number;
  /** Compared with the bare route, round by round: its figure divided by this server's, or the other way round. */
  readonly requestsToBare: Spread | undefined;
  readonly cpuToBare: Spread | undefined;
};

/** One summary per load and server, in the order of the runs. */
export function summarize(runs: readonly HttpRun[]): HttpSummary[] {
  const pairs = new Map(runs.map((run) => [`${run.load} ${run.server}`, run]));
  return [...pairs.values()].map(({ load, server }) => summarizeServer(load, server, runs));
}

function summarizeServer(load: string, server: string, runs: readonly HttpRun[]): HttpSummary {
  const ofLoad = runs.filter((run) => run.load === load);
  const own = ofLoad.filter((run) => run.server === server);
  const over = (figure: Figure) => spread(own.flatMap((run) => figureOf(run, figure) ?? []));
  return {
    load,
    server,
    rounds: own.filter(({ measurement }) => measurement !== undefined).length,
    requestsPerSecond: over(FIGURES.requestsPerSecond),
    messagesPerSecond: over(FIGURES.messagesPerSecond),
    cpuMicrosPerRequest: over(FIGURES.cpuMicrosPerRequest),
    messagesPerCpuSecond: over(FIGURES.messagesPerCpuSecond),
    serverCpuPercent: over(FIGURES.serverCpuPercent),
    generatorCpuPercent: over(FIGURES.generatorCpuPercent),
    requestsToBare: ratioToBare(FIGURES.requestsPerSecond, own, ofLoad),
    cpuToBare: ratioToBare(FIGURES.cpuMicrosPerRequest, own, ofLoad),
  };
}

function figureOf({ measurement }: HttpRun, figure: Figure): number | undefined {
  return measurement && figure(measurement);
}

/** Both figures of a ratio come from one round, so that a temporary slowdown affects both. */
function ratioToBare(
  figure: Figure,
  own: readonly HttpRun[],
  ofLoad: readonly HttpRun[],
): Spread | undefined {
  const ratios = own.flatMap((run) => {
    const bareRun = ofLoad.find(({ server, round }) => server === BARE && round === run.round);
    const bare = bareRun && figureOf(bareRun, figure);
    const its = figureOf(run, figure);
    return bare === undefined || its === undefined ? [] : [its / bare];
  });
  return spread(ratios);
}

/** The reasons why the benchmark fails, one line per affected run. */
export function faultLines(runs: readonly HttpRun[]): string[] {
  return runs.flatMap(({ load, server, round, measurement, error }) => {
    const place = `${load}, ${server}, round ${round}`;
    if (measurement === undefined) return [`${place}: ${error}`];
    const { refused, misshapen, unanswered, answered, stored } = measurement;
    const bad =
      refused + misshapen + unanswered > 0
        ? [`${place}: ${refused} refused, ${misshapen} misshapen, ${unanswered} unanswered`]
        : [];
    const lost =
      stored !== undefined && stored !== answered
        ? [`${place}: ${answered} messages were answered, and ${stored} stored`]
        : [];
    return [...bad, ...lost];
  });
}
