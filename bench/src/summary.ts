import type { Faults, Measurement } from './job.js';
import type { Metric, Scenario } from './scenarios.js';
import { type Spread, spread } from './statistics.js';

/** One server in one scenario in one round. */
export interface Run {
  readonly scenario: string;
  readonly server: string;
  readonly round: number;
  readonly measurement?: Measurement;
  /** Why there is no measurement. */
  readonly error?: string;
}

/** The result of all rounds of a server in a scenario. */
export interface Summary extends Faults {
  readonly scenario: string;
  readonly metric: Metric;
  readonly server: string;
  readonly rounds: number;
  readonly failures: readonly string[];
  readonly undrained: number;
  readonly deliveriesPerSecond?: Spread | undefined;
  readonly cpuMicrosPerDelivery?: Spread | undefined;
  readonly p50Ms?: Spread | undefined;
  readonly p99Ms?: Spread | undefined;
  readonly rssBytes?: Spread | undefined;
  readonly rssBytesPerConnection?: Spread | undefined;
  readonly serverCpuPercent?: Spread | undefined;
  readonly generatorCpuPercent?: Spread | undefined;
  readonly senderLagMs?: Spread | undefined;
  /** The hub's figure divided by this server's, round by round, in the scenario's metric. */
  readonly hubRatio?: Spread | undefined;
}

const HUB = 'hub';

const FIGURES: Readonly<Record<Metric, (measurement: Measurement) => number | undefined>> = {
  cpu: (measurement) => measurement.cpuMicrosPerDelivery,
  deliveries: (measurement) => measurement.deliveriesPerSecond,
  memory: (measurement) => measurement.rssBytesPerConnection,
};

/** One summary per server and scenario, in the order of the runs. */
export function summarize(scenarios: readonly Scenario[], runs: readonly Run[]): Summary[] {
  return scenarios.flatMap((scenario) => {
    const ofScenario = runs.filter((run) => run.scenario === scenario.name);
    const servers = [...new Set(ofScenario.map((run) => run.server))];
    return servers.map((server) => summarizeServer(scenario, server, ofScenario));
  });
}

function summarizeServer({ name, metric }: Scenario, server: string, runs: readonly Run[]): Summary {
  const own = runs.filter((run) => run.server === server);
  const measurements = own.flatMap(({ measurement }) => measurement ?? []);
  const over = (figure: (measurement: Measurement) => number | undefined) =>
    spread(measurements.flatMap((measurement) => figure(measurement) ?? []));
  const sum = (fault: keyof Faults) => measurements.reduce((total, each) => total + each[fault], 0);
  return {
    scenario: name,
    metric,
    server,
    rounds: measurements.length,
    failures: own.flatMap(({ error }) => error ?? []),
    undrained: measurements.filter(({ drained }) => !drained).length,
    lost: sum('lost'),
    duplicates: sum('duplicates'),
    outOfOrder: sum('outOfOrder'),
    deliveriesPerSecond: over((each) => each.deliveriesPerSecond),
    cpuMicrosPerDelivery: over((each) => each.cpuMicrosPerDelivery),
    p50Ms: over((each) => each.latency?.p50Ms),
    p99Ms: over((each) => each.latency?.p99Ms),
    rssBytes: over((each) => each.rssBytes),
    rssBytesPerConnection: over((each) => each.rssBytesPerConnection),
    serverCpuPercent: over((each) => each.serverCpuPercent),
    generatorCpuPercent: over((each) => each.generatorCpuPercent),
    senderLagMs: over((each) => each.senderLagMs),
    hubRatio: hubRatio(metric, own, runs),
  };
}

/** Both figures of a ratio come from one round, so that a temporary slowdown affects both. */
function hubRatio(metric: Metric, own: readonly Run[], runs: readonly Run[]): Spread | undefined {
  const figure = (run: Run | undefined) => run?.measurement && FIGURES[metric](run.measurement);
  const ratios = own.flatMap((run) => {
    const hub = figure(runs.find(({ server, round }) => server === HUB && round === run.round));
    const other = figure(run);
    return hub === undefined || other === undefined ? [] : [hub / other];
  });
  return spread(ratios);
}

/** The reasons why the benchmark fails, one line per server and scenario. */
export function faultLines(summaries: readonly Summary[]): string[] {
  return summaries.flatMap((summary) => {
    const { scenario, server, lost, duplicates, outOfOrder, undrained, failures } = summary;
    const faults =
      lost + duplicates + outOfOrder > 0
        ? [`${scenario}, ${server}: ${lost} lost, ${duplicates} duplicate, ${outOfOrder} out of order`]
        : [];
    const late = undrained > 0 ? [`${scenario}, ${server}: not all arrived in time (${undrained} runs)`] : [];
    return [...faults, ...late, ...failures.map((failure) => `${scenario}, ${server}: ${failure}`)];
  });
}
