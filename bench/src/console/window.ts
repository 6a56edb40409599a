import { setTimeout as delay } from 'node:timers/promises';
import { cpuMicros } from '../procfs.js';

/** One period of measurement, with or without the console open. */
export interface Window {
  readonly watched: boolean;
  /** Of the hub's process, in percent of one core. */
  readonly cpuPercent: number;
  readonly loopDelayP99Ms: number;
  readonly deliveriesPerSecond: number;
}

interface Reading {
  readonly atMs: number;
  readonly cpu: number;
  readonly deliveries: number;
  /** Upper bounds in seconds, with the cumulative count of each. */
  readonly loopDelay: readonly (readonly [number, number])[];
}

/** @param pid of the hub @param metrics the URL of its metrics */
export async function measureWindow(
  pid: number,
  metrics: string,
  seconds: number,
  watched: boolean,
): Promise<Window> {
  const before = await read(pid, metrics);
  await delay(seconds * 1000);
  const after = await read(pid, metrics);
  const elapsedMs = after.atMs - before.atMs;
  return {
    watched,
    cpuPercent: (after.cpu - before.cpu) / elapsedMs / 10,
    loopDelayP99Ms: p99Ms(before.loopDelay, after.loopDelay),
    deliveriesPerSecond: ((after.deliveries - before.deliveries) / elapsedMs) * 1000,
  };
}

async function read(pid: number, metrics: string): Promise<Reading> {
  const text = await (await fetch(metrics)).text();
  const buckets = [...text.matchAll(/^hub_event_loop_delay_seconds_bucket\{le="([^"]+)"\} (\S+)/gm)];
  return {
    atMs: performance.now(),
    cpu: cpuMicros(pid) ?? Number.NaN,
    deliveries: Number(/^hub_deliveries_total (\S+)/m.exec(text)?.[1]),
    loopDelay: buckets.map(([, bound, count]) => [
      bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound),
      Number(count),
    ]),
  };
}

/** Like Prometheus' histogram_quantile: interpolates linearly within a bucket. */
function p99Ms(before: Reading['loopDelay'], after: Reading['loopDelay']): number {
  const counts = after.map(([bound, count], at) => [bound, count - (before[at]?.[1] ?? 0)] as const);
  const rank = (counts.at(-1)?.[1] ?? 0) * 0.99;
  let [lower, below] = [0, 0];
  for (const [bound, count] of counts) {
    if (count >= rank && bound !== Number.POSITIVE_INFINITY)
      return (lower + ((bound - lower) * (rank - below)) / Math.max(1, count - below)) * 1000;
    [lower, below] = [bound, count];
  }
  return Number.POSITIVE_INFINITY;
}
