import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Overview, Sample } from '@ws-hub/console-api';
import { Clock, type HubObserver, MessageLog } from '@ws-hub/hub';
import { HubService } from '@ws-hub/nestjs';
import { SERVER_CONFIG, type ServerConfig } from '../../config/server.config.js';

export const SAMPLE_MS = 5_000;
/** Of one hour. */
export const MAX_SAMPLES = 720;
/** As often as the metrics look at the loop. */
const RESOLUTION_MS = 20;
const SECOND_MS = 1_000;
const NS_PER_MS = 1e6;
const US_PER_MS = 1_000;

/** What grows, as it was at the last sample. */
interface Counted {
  readonly atMs: number;
  readonly messages: number;
  readonly deliveries: number;
  readonly flushes: number;
  readonly flushed: number;
  readonly cpuUs: number;
}

/** Looks at the hub every five seconds, and keeps the last hour; what is asked for between costs nothing. */
@Injectable()
export class Sampler implements HubObserver, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly ring: Sample[] = [];
  private readonly delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  private readonly startedMs: number;
  private timer: NodeJS.Timeout | undefined;
  private before: Counted | undefined;
  private flushes = 0;
  private flushedMessages = 0;
  private slowConsumers = 0;
  private internalErrors = 0;

  constructor(
    @Inject(SERVER_CONFIG) private readonly config: Pick<ServerConfig, 'adminPort'>,
    private readonly hub: HubService,
    private readonly log: MessageLog,
    private readonly clock: Clock,
  ) {
    this.startedMs = clock.monotonicMs();
  }

  onApplicationBootstrap(): void {
    if (this.config.adminPort !== 0) this.start();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    this.delay.disable();
  }

  /** Also in a hub without a console, once that of another hub asks for it. */
  start(): void {
    if (this.timer !== undefined) return;
    this.hub.door.events.attach(this);
    this.delay.enable();
    this.before = this.count();
    this.timer = setInterval(() => this.sample(), SAMPLE_MS).unref();
  }

  flushed({ messages }: { readonly messages: number }): void {
    this.flushes++;
    this.flushedMessages += messages;
  }

  slowConsumer(): void {
    this.slowConsumers++;
  }

  failed(): void {
    this.internalErrors++;
  }

  /** The last sample; undefined before the first interval is over. */
  get latest(): Sample | undefined {
    return this.ring.at(-1);
  }

  get uptimeMs(): number {
    return Math.round(this.clock.monotonicMs() - this.startedMs);
  }

  /** @param after Unix milliseconds */
  overview(after: number): Overview {
    const { counters, isDraining } = this.hub.door;
    const { messagesReceived: messages, deliveries, duplicates, unavailable, replayed } = counters;
    const { slowConsumers, internalErrors, uptimeMs } = this;
    return {
      intervalMs: SAMPLE_MS,
      samples: this.ring.filter(({ at }) => at > after),
      uptimeMs,
      isDraining,
      isLogReady: this.log.isReady,
      totals: { messages, deliveries, duplicates, unavailable, replayed, slowConsumers, internalErrors },
    };
  }

  /** Covers the time since the previous sample, however long: after a stall there is just one sample. */
  sample(): void {
    const now = this.count();
    const before = this.before ?? now;
    this.before = now;
    this.ring.push(this.between(before, now));
    if (this.ring.length > MAX_SAMPLES) this.ring.shift();
    this.delay.reset();
  }

  private between(before: Counted, now: Counted): Sample {
    const elapsedMs = Math.max(1, now.atMs - before.atMs);
    const perSecond = (growth: number) => (growth / elapsedMs) * SECOND_MS;
    const flushes = now.flushes - before.flushes;
    const { log, hub } = this;
    return {
      at: this.clock.unixMs(),
      connections: hub.door.size,
      messagesPerSecond: perSecond(now.messages - before.messages),
      deliveriesPerSecond: perSecond(now.deliveries - before.deliveries),
      messagesPerFlush: flushes === 0 ? 0 : (now.flushed - before.flushed) / flushes,
      eventLoopDelayP99Ms: Math.max(0, this.delay.percentile(99) / NS_PER_MS - RESOLUTION_MS),
      cpu: (now.cpuUs - before.cpuUs) / US_PER_MS / elapsedMs,
      residentBytes: process.memoryUsage.rss(),
      queuedBytes: hub.door.queuedBytes,
      logEntries: log.size,
      logBytes: log.bytes,
      pendingAppends: log.pending,
      isLogReady: log.isReady,
    };
  }

  private count(): Counted {
    const { messagesReceived: messages, deliveries } = this.hub.door.counters;
    const { user, system } = process.cpuUsage();
    const { flushes, flushedMessages: flushed } = this;
    return { atMs: this.clock.monotonicMs(), messages, deliveries, flushes, flushed, cpuUs: user + system };
  }
}
