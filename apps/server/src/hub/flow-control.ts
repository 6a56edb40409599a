import { Inject, Injectable } from '@nestjs/common';
import { SERVER_CONFIG, type ServerConfig } from '../config/server.config.js';
import { Clock } from '../time/clock.js';
import type { Connection } from './connection.js';
import { HubMetrics } from './hub-metrics.js';
import { TokenBucket } from './token-bucket.js';

/** A debt is paid in pauses that no liveness check of either side can take for death. */
const MAX_RATE_PAUSE_MS = 5_000;
const MAX_PRESSURE_PAUSE_MS = 1_000;

/**
 * Slows publishers down by not reading from them, so that TCP holds them back: nobody is closed for being eager.
 *
 * ws emits the rest of the chunk that it has read after a pause, so a bucket may go into debt and the pause repays it.
 */
@Injectable()
export class FlowControl {
  private readonly paused = new Set<Connection>();
  private pressureSinceMs: number | undefined;
  private readonly waitingForLog = new Set<Connection>();
  private isLogFull = false;

  constructor(
    @Inject(SERVER_CONFIG) private readonly config: ServerConfig,
    private readonly clock: Clock,
    private readonly metrics: HubMetrics,
  ) {}

  /** Counts a message of `sender`, and pauses it if there were too many or nobody can follow. */
  count(sender: Connection): void {
    if (this.pressureSinceMs !== undefined) this.pauseForPressure(sender);
    if (this.isLogFull) this.pauseForLog(sender);
    const { maxMessageRate } = this.config;
    if (maxMessageRate === 0) return;
    const nowMs = this.clock.monotonicMs();
    sender.messageBucket ??= new TokenBucket(maxMessageRate, maxMessageRate, nowMs);
    const debtMs = sender.messageBucket.take(nowMs);
    if (debtMs > 0) this.pauseForRate(sender, debtMs);
  }

  /** Counts a control frame. @returns false if there were too many */
  countControl(sender: Connection): boolean {
    const nowMs = this.clock.monotonicMs();
    const { maxControlRate, maxControlBurst } = this.config;
    sender.controlBucket ??= new TokenBucket(maxControlRate, maxControlBurst, nowMs);
    return sender.controlBucket.take(nowMs) === 0;
  }

  /** Publishers pause while `on`, though not for more than a second in a row. */
  setPressure(on: boolean, nowMs: number): void {
    if (on && this.pressureSinceMs === undefined) this.pressureSinceMs = nowMs;
    const tooLong =
      this.pressureSinceMs !== undefined && nowMs - this.pressureSinceMs >= MAX_PRESSURE_PAUSE_MS;
    if (on && !tooLong) return;
    this.pressureSinceMs = undefined;
    for (const connection of this.paused) connection.resume('pressure');
    this.paused.clear();
  }

  /** Publishers pause while `on`: the log does not keep up, and what it cannot store in time is refused by it. */
  setLogFull(on: boolean): void {
    this.isLogFull = on;
    if (on) return;
    for (const connection of this.waitingForLog) connection.resume('log');
    this.waitingForLog.clear();
  }

  private pauseForLog(sender: Connection): void {
    if (this.waitingForLog.has(sender)) return;
    this.waitingForLog.add(sender);
    this.metrics.pauses.inc({ reason: 'log' });
    sender.pause('log');
  }

  private pauseForPressure(sender: Connection): void {
    if (this.paused.has(sender)) return;
    this.paused.add(sender);
    this.metrics.pauses.inc({ reason: 'pressure' });
    sender.pause('pressure');
  }

  private pauseForRate(sender: Connection, debtMs: number): void {
    if (sender.isPausedFor('rate')) return;
    this.metrics.pauses.inc({ reason: 'rate' });
    sender.pause('rate');
    setTimeout(() => sender.resume('rate'), Math.min(debtMs, MAX_RATE_PAUSE_MS)).unref();
  }
}
