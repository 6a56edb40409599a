import { setTimeout as wait } from 'node:timers/promises';
import { cpuMicros } from '../procfs.js';
import type { Nodes } from './nodes.js';
import { Publisher, Tally } from './publisher.js';

const BYTES = 128;
const PUBLISHERS_PER_HUB = 4;
const WARM_UP_MS = 1_500;
const TICK_MS = 2;

/** The load: either a number of messages in flight per publisher, or a fixed rate. */
export type Load =
  | { readonly name: string; readonly underWay: number }
  | { readonly name: string; readonly perSecond: number };

export const LOADS: readonly Load[] = [
  { name: 'saturated', underWay: 100 },
  { name: '1,000/s', perSecond: 1_000 },
];

/** The result of one measurement. CPU is in percent of one core. */
export interface Measurement {
  readonly load: string;
  readonly hubs: number;
  readonly acceptedPerSecond: number;
  readonly refused: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly natsCpuPercent: number;
  readonly hubCpuPercent: number;
  readonly loadCpuPercent: number;
}

/** Loads all hubs equally, and measures the time from sending a message to its acknowledgement. */
export async function measure(nodes: Nodes, load: Load, seconds: number): Promise<Measurement> {
  const tally = new Tally();
  const ports = nodes.ports.flatMap((port) => Array<number>(PUBLISHERS_PER_HUB).fill(port));
  const publishers = await Promise.all(ports.map((port) => Publisher.open(port, BYTES, tally)));
  const stop = 'underWay' in load ? saturate(publishers, load.underWay) : pace(publishers, load.perSecond);
  await wait(WARM_UP_MS);
  const before = { ...tally, cpu: cpuOf(nodes), startMs: performance.now() };
  tally.latenciesMs = [];
  await wait(seconds * 1_000);
  const tookMs = performance.now() - before.startMs;
  const cpu = cpuOf(nodes);
  const sorted = Float64Array.from(tally.latenciesMs).sort();
  stop();
  for (const publisher of publishers) publisher.end();
  const percent = (name: keyof typeof cpu) => (cpu[name] - before.cpu[name]) / tookMs / 10;
  return {
    load: load.name,
    hubs: nodes.ports.length,
    acceptedPerSecond: ((tally.acked - before.acked) / tookMs) * 1_000,
    refused: tally.refused,
    p50Ms: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
    p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
    natsCpuPercent: percent('nats'),
    hubCpuPercent: percent('hubs'),
    loadCpuPercent: percent('load'),
  };
}

function saturate(publishers: readonly Publisher[], underWay: number): () => void {
  for (const publisher of publishers) {
    publisher.keepsGoing = true;
    for (let n = 0; n < underWay; n++) publisher.say();
  }
  return () => undefined;
}

/** Sends one message after the other at a fixed rate, with the publishers in turn. */
function pace(publishers: readonly Publisher[], perSecond: number): () => void {
  const startMs = performance.now();
  let said = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - startMs) / 1_000) * perSecond;
    for (; said < due; said++) publishers[said % publishers.length]?.say();
  }, TICK_MS);
  return () => clearInterval(timer);
}

function cpuOf({ natsPid, hubPids }: Nodes): { nats: number; hubs: number; load: number } {
  const sum = (pids: readonly number[]) => pids.reduce((total, pid) => total + (cpuMicros(pid) ?? 0), 0);
  return { nats: sum([natsPid]), hubs: sum(hubPids), load: sum([process.pid]) };
}
