import { setTimeout as delay } from 'node:timers/promises';
import type { Job, Measurement } from '../job.js';
import { cpuMicros, rssBytes } from '../procfs.js';
import { ClosedLoop, type Loop, OpenLoop } from './loops.js';
import { nowMicros } from './marker.js';
import { Swarm } from './swarm.js';

const POLL_MS = 10;
/** How long a duplicate may take to appear after everything has arrived. */
const AFTERMATH_MS = 100;

/** Values that are read at both ends of the window. */
interface Reading {
  readonly at: number;
  readonly received: number;
  readonly generatorCpu: number;
  readonly serverCpu: number | undefined;
}

/**
 * One run: connect, warm up, measure, stop publishing, wait for messages in flight, and account for all of them.
 *
 * @throws Error if a connection breaks or a server violates its protocol
 */
export async function run(job: Job): Promise<Measurement> {
  const swarm = new Swarm(job);
  try {
    const measured = job.load.kind === 'idle' ? measureIdle(swarm, job) : measureLoad(swarm, job);
    return await Promise.race([measured, swarm.broken]);
  } finally {
    swarm.reset();
  }
}

async function measureLoad(swarm: Swarm, job: Job): Promise<Measurement> {
  await swarm.connect();
  const loop = startLoop(swarm, job);
  await delay(job.warmUpMs);
  loop.lagMs();
  swarm.latencies.record(true);
  const before = readings(swarm, job);
  await delay(job.measureMs);
  const after = readings(swarm, job);
  const lag = loop.lagMs();
  swarm.latencies.record(false);
  const rss = rssBytes(job.serverPid);
  loop.stop();
  const drained = await drain(swarm, job.drainMs);
  const latency = swarm.latencies.summary();
  return {
    ...compare(before, after),
    ...swarm.faults(),
    ...(lag === undefined ? {} : { senderLagMs: lag }),
    ...(job.load.kind === 'open' ? { offeredPerSecond: job.load.perSecond * (job.clients - 1) } : {}),
    ...(rss === undefined ? {} : { rssBytes: rss }),
    ...(latency ? { latency } : {}),
    followers: swarm.followers,
    drained,
  };
}

/** Memory before there are clients, and after all of them have been connected for a while. */
async function measureIdle(swarm: Swarm, job: Job): Promise<Measurement> {
  await delay(job.warmUpMs);
  const empty = rssBytes(job.serverPid);
  await swarm.connect();
  const before = readings(swarm, job);
  await delay(job.measureMs);
  const rss = rssBytes(job.serverPid);
  return {
    ...compare(before, readings(swarm, job)),
    ...swarm.faults(),
    ...(rss === undefined ? {} : { rssBytes: rss }),
    ...(rss === undefined || empty === undefined
      ? {}
      : { rssBytesPerConnection: (rss - empty) / job.clients }),
    followers: swarm.followers,
    drained: true,
  };
}

function startLoop(swarm: Swarm, { load }: Job): Loop {
  if (load.kind === 'open') return new OpenLoop(swarm, load.perSecond);
  if (load.kind === 'closed') return new ClosedLoop(swarm, load.outstanding);
  throw new Error('an idle run has no loop');
}

function readings(swarm: Swarm, job: Job): Reading {
  const { user, system } = process.cpuUsage();
  return {
    at: nowMicros(),
    received: swarm.received,
    generatorCpu: user + system,
    serverCpu: cpuMicros(job.serverPid),
  };
}

function compare(before: Reading, after: Reading) {
  const micros = after.at - before.at;
  const deliveries = after.received - before.received;
  const percent = (cpu: number) => (cpu / micros) * 100;
  const common = {
    seconds: micros / 1e6,
    deliveries,
    deliveriesPerSecond: (deliveries / micros) * 1e6,
    generatorCpuPercent: percent(after.generatorCpu - before.generatorCpu),
  };
  if (before.serverCpu === undefined || after.serverCpu === undefined) return common;
  const cpu = after.serverCpu - before.serverCpu;
  const perDelivery = deliveries > 0 ? { cpuMicrosPerDelivery: cpu / deliveries } : {};
  return { ...common, serverCpuPercent: percent(cpu), ...perDelivery };
}

/** Waits until all messages have arrived everywhere; false if they did not in time. */
async function drain(swarm: Swarm, drainMs: number): Promise<boolean> {
  const deadline = nowMicros() + drainMs * 1000;
  while (swarm.received < swarm.expected) {
    if (nowMicros() > deadline) return false;
    await delay(POLL_MS);
  }
  await delay(AFTERMATH_MS);
  return true;
}
