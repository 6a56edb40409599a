import { Inject, Injectable, OnApplicationShutdown } from '@nestjs/common';
import { CLOSE } from '@ws-hub/protocol';
import { SERVER_CONFIG, type ServerConfig } from '../config/server.config.js';
import { Clock } from '../time/clock.js';
import { Backlog } from './backlog.js';
import type { Connection } from './connection.js';
import { FlowControl } from './flow-control.js';
import { Guard } from './guard.js';
import { HubLog } from './hub-log.js';
import { HubMetrics } from './hub-metrics.js';
import { WorkBudget } from './work-budget.js';

const SWEEP_MS = 100;
/** Much can be written between two sweeps: one more is made for each such part of what may wait in all. */
const SWEEPS_PER_MARK = 8;
/** Its close frame stands behind its backlog; so long it may still be read. */
const FAREWELL_MS = 1_000;
/** Under pressure, clients whose bytes have waited this long are let go first. */
const PATIENCE_UNDER_PRESSURE_MS = 1_000;

type Why = 'age' | 'bytes' | 'pressure';

/**
 * Bounds what waits for clients that read more slowly than others speak: 1013, and gone.
 *
 * Judged is what is left from earlier turns of the event loop: what was written in this one had no chance to leave.
 */
@Injectable()
export class SlowConsumers implements OnApplicationShutdown {
  private readonly waiting = new Set<Connection>();
  private sweepTimer: NodeJS.Timeout | undefined;
  private earlySweep: NodeJS.Immediate | undefined;
  private writtenSinceSweep = 0;

  constructor(
    @Inject(SERVER_CONFIG) private readonly config: ServerConfig,
    private readonly clock: Clock,
    private readonly flow: FlowControl,
    private readonly log: HubLog,
    private readonly metrics: HubMetrics,
    private readonly budget: WorkBudget,
    private readonly guard: Guard,
  ) {
    metrics.queuedBytes = () => this.total();
  }

  /** To be called after a write that the kernel did not take as a whole. */
  wrote(connection: Connection, bytes: number): void {
    if (connection.backlog === undefined) this.watch(connection);
    else connection.backlog.wrote(bytes);
    this.writtenSinceSweep += bytes;
    if (this.writtenSinceSweep < this.config.maxTotalQueuedBytes / SWEEPS_PER_MARK) return;
    // Not at once: the fan-out is walking the channel that a sweep may take connections out of.
    this.earlySweep ??= setImmediate(() => this.sweep());
  }

  /** Whether more is left from earlier turns for the client than may wait; to be asked before each write. */
  isTooSlow({ backlog, queuedBytes }: Pick<Connection, 'backlog' | 'queuedBytes'>): boolean {
    if (backlog === undefined || backlog.judgedInTurn === this.budget.turn) return false;
    backlog.judgedInTurn = this.budget.turn;
    return queuedBytes > this.config.maxQueuedBytes;
  }

  /**
   * Takes the connection out of its channel at once and ends it; its client may see 1006 in place of 1013. Never throws.
   */
  evict(connection: Connection, why: Why): void {
    this.guarded(connection, () => this.sendAway(connection, why));
  }

  private sendAway(connection: Connection, why: Why): void {
    const { queuedBytes, backlog } = connection;
    const waitedMs = backlog?.ageMs(queuedBytes, this.clock.monotonicMs()) ?? 0;
    this.forget(connection);
    this.metrics.slowConsumers.inc({ reason: why });
    this.log.slowConsumer(connection, why, queuedBytes, waitedMs);
    connection.audience?.remove(connection);
    this.end(connection, CLOSE.tryAgainLater, 'slow consumer');
  }

  private end(connection: Connection, code: number, reason: string): void {
    setTimeout(() => this.guard.run('farewell', () => connection.terminate()), FAREWELL_MS).unref();
    connection.close(code, reason);
  }

  /** What fails for one connection is its end, and not that of a sweep or a flush. */
  private guarded(connection: Connection, task: () => void): void {
    this.guard.run('slow consumer', task, () => {
      this.forget(connection);
      this.end(connection, CLOSE.internalError, 'internal error');
    });
  }

  forget(connection: Connection): void {
    connection.backlog = undefined;
    this.waiting.delete(connection);
    if (this.waiting.size === 0) this.endSweeps();
  }

  onApplicationShutdown(): void {
    this.endSweeps();
  }

  private watch(connection: Connection): void {
    connection.backlog = new Backlog(connection.queuedBytes, this.clock.monotonicMs());
    connection.backlog.judgedInTurn = this.budget.turn;
    this.waiting.add(connection);
    this.sweepTimer ??= setInterval(() => this.sweep(), SWEEP_MS);
  }

  private sweep(): void {
    clearImmediate(this.earlySweep);
    this.earlySweep = undefined;
    this.writtenSinceSweep = 0;
    const nowMs = this.clock.monotonicMs();
    for (const connection of this.waiting) this.guarded(connection, () => this.judge(connection, nowMs));
    this.guard.run('pressure', () => this.relieve(nowMs));
  }

  private judge(connection: Connection, nowMs: number): void {
    const { backlog, queuedBytes } = connection;
    if (queuedBytes === 0) this.forget(connection);
    else if (backlog && backlog.ageMs(queuedBytes, nowMs) >= this.config.maxQueueAgeMs)
      this.evict(connection, 'age');
  }

  /** Lets the slowest go while more waits in all than may; publishers pause while that does not help. */
  private relieve(nowMs: number): void {
    let total = this.total();
    if (total > this.config.maxTotalQueuedBytes) {
      for (const connection of this.slowest(nowMs)) {
        if (total <= this.config.maxTotalQueuedBytes) break;
        total -= connection.queuedBytes;
        this.evict(connection, 'pressure');
      }
    }
    this.flow.setPressure(total > this.config.maxTotalQueuedBytes, nowMs);
  }

  private total(): number {
    let total = 0;
    for (const { queuedBytes } of this.waiting) total += queuedBytes;
    return total;
  }

  private slowest(nowMs: number): Connection[] {
    const patient = [...this.waiting].filter(
      ({ backlog, queuedBytes }) =>
        backlog && backlog.ageMs(queuedBytes, nowMs) >= PATIENCE_UNDER_PRESSURE_MS,
    );
    return patient.sort((a, b) => b.queuedBytes - a.queuedBytes);
  }

  private endSweeps(): void {
    clearInterval(this.sweepTimer);
    clearImmediate(this.earlySweep);
    this.sweepTimer = this.earlySweep = undefined;
    this.flow.setPressure(false, this.clock.monotonicMs());
  }
}
