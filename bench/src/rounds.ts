import { tooManyFor } from './limits.js';
import { measure, NotAvailable } from './measure.js';
import type { Settings } from './options.js';
import { figure } from './report/format.js';
import type { Scenario } from './scenarios.js';
import type { ServerSpec } from './servers.js';
import type { Run } from './summary.js';

const WARM_UP_SECONDS = 2;
const QUICK_WARM_UP_SECONDS = 0.4;
const DRAIN_SECONDS = 10;

export interface Rounds {
  readonly runs: readonly Run[];
  /** Servers that cannot run here, and scenarios that were skipped, with the reason. */
  readonly notes: readonly string[];
}

/**
 * Measures everything in turn: in each round every scenario, and in each scenario every server, so that a slowdown of
 * the machine affects all alike. A peer that cannot start is skipped from then on; the hub must start.
 */
export async function runRounds(settings: Settings, missing: ReadonlyMap<string, string>): Promise<Rounds> {
  const notes = [...missing].map(([server, reason]) => `${server}: not available: ${reason}`);
  const absent = new Set(missing.keys());
  const scenarios = settings.scenarios.filter((scenario) => fits(scenario, notes));
  const runs: Run[] = [];
  for (let round = 1; round <= settings.rounds; round++) {
    for (const scenario of scenarios) {
      for (const server of settings.servers) {
        if (absent.has(server.name)) continue;
        const run = await runOnce(settings, scenario, server, round);
        if (run instanceof NotAvailable) {
          absent.add(server.name);
          notes.push(`${server.name}: not available: ${run.message}`);
        } else runs.push(run);
        progress(settings, round, scenario, server, run);
      }
    }
  }
  return { runs, notes };
}

async function runOnce(
  settings: Settings,
  scenario: Scenario,
  server: ServerSpec,
  round: number,
): Promise<Run | NotAvailable> {
  const run = { scenario: scenario.name, server: server.name, round };
  const warmUp = settings.quick ? QUICK_WARM_UP_SECONDS : WARM_UP_SECONDS;
  const times = { warmUp, measure: settings.seconds, drain: DRAIN_SECONDS };
  try {
    return { ...run, measurement: await measure(server, scenario, times) };
  } catch (error) {
    if (error instanceof NotAvailable && !server.standalone) return error;
    return { ...run, error: (error as Error).message };
  }
}

function fits({ name, clients }: Scenario, notes: string[]): boolean {
  const reason = tooManyFor(clients);
  if (reason !== undefined) notes.push(`${name}: left out: ${reason}`);
  return reason === undefined;
}

function progress(
  { rounds }: Settings,
  round: number,
  scenario: Scenario,
  server: ServerSpec,
  run: Run | NotAvailable,
): void {
  const place = `round ${round}/${rounds}  ${scenario.name.padEnd(10)}  ${server.name.padEnd(8)}`;
  process.stderr.write(`${place}  ${outcome(run)}\n`);
}

function outcome(run: Run | NotAvailable): string {
  if (run instanceof NotAvailable) return `not available: ${run.message}`;
  const { measurement, error } = run;
  if (measurement === undefined) return `failed: ${error}`;
  const { deliveriesPerSecond, cpuMicrosPerDelivery, latency, rssBytesPerConnection } = measurement;
  const { lost, duplicates, outOfOrder, generatorCpuPercent } = measurement;
  if (rssBytesPerConnection !== undefined) return `${figure(rssBytesPerConnection / 1024)} KB a connection`;
  return [
    `${figure(deliveriesPerSecond)} deliveries/s`,
    ...(cpuMicrosPerDelivery === undefined ? [] : [`${figure(cpuMicrosPerDelivery)} µs`]),
    ...(latency ? [`p50 ${figure(latency.p50Ms)} ms`, `p99 ${figure(latency.p99Ms)} ms`] : []),
    `generator ${generatorCpuPercent.toFixed(0)} %`,
    `lost/dup/order ${lost}/${duplicates}/${outOfOrder}`,
  ].join('  ');
}
