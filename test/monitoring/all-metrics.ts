import { HUB_DEFAULTS, Hub, memoryLog } from '@ws-hub/hub';
import { testEnvironment } from '@ws-hub/hub/testing';
import { HubMetrics } from '@ws-hub/nestjs';
import { watchProcess } from '../../apps/server/src/standalone/process-metrics.js';
import { watchReadiness } from '../../apps/server/src/standalone/readiness.js';

/** All metrics of a hub; end it with `onApplicationShutdown`. */
export function allMetrics(): HubMetrics {
  const metrics = new HubMetrics();
  const log = memoryLog()(testEnvironment());
  metrics.watch(new Hub(HUB_DEFAULTS, log), log);
  watchProcess(metrics.instruments, 'memory');
  watchReadiness(metrics.instruments, () => true);
  return metrics;
}

/** The labels of each series that Prometheus has of a hub, by name. */
export function allSeries(): ReadonlyMap<string, readonly string[]> {
  const metrics = allMetrics();
  const all = metrics.registry.getMetricsAsArray() as unknown as Described[];
  metrics.onApplicationShutdown();
  return new Map([['up', OF_TARGETS], ...all.flatMap(seriesOf)]);
}

interface Described {
  readonly name: string;
  readonly type: string;
  readonly labelNames: readonly string[];
}

/** Labels that Prometheus adds to each target. */
const OF_TARGETS = ['job', 'instance'];

function seriesOf({ name, type, labelNames }: Described): [string, string[]][] {
  const labels = [...OF_TARGETS, ...labelNames];
  if (type !== 'histogram') return [[name, labels]];
  return [
    [`${name}_bucket`, [...labels, 'le']],
    [`${name}_sum`, labels],
    [`${name}_count`, labels],
  ];
}
