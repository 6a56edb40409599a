import { CLOSE } from '@ws-hub/protocol';
import type { Connection } from '../connection/connection.js';
import type { HubEvents, SlowReason } from '../events.js';
import type { Guard } from '../guard.js';
import type { HubOptions } from '../hub-options.js';
import type { Clock } from '../time/clock.js';
import type { FlowControl } from './flow-control.js';
import { QueueAge } from './queue-age.js';
import type { WorkBudget } from './work-budget.js';

const SWEEP_MS = 100;
/** Much can be written between two sweeps: an extra sweep runs for each such part of the total limit. */
const SWEEPS_PER_MARK = 8;
/** The close frame waits behind the client's queue. This is how long the client may take to read it. */
const FAREWELL_MS = 1_000;
/** Under pressure, clients whose bytes have waited this long are evicted first. */
const PATIENCE_UNDER_PRESSURE_MS = 1_000;

/**
 * Limits what waits for clients that read more slowly than others publish: they are evicted with 1013.
 *
 * Only bytes from earlier turns of the event loop count: those of this turn had no chance to leave.
 */
export class SlowConsumers {
  private readonly waiting = new Set<Connection>();
  private sweepTimer: NodeJS.Timeout | undefined;
  private earlySweep: NodeJS.Immediate | undefined;
  private writtenSinceSweep = 0;

  constructor(
    private readonly options: HubOptions,
    private readonly clock: Clock,
    private readonly flow: FlowControl,
    private readonly events: HubEvents,
    private readonly budget: WorkBudget,
    private readonly guard: Guard,
  ) {}

  /** The connections for which bytes wait. */
  get all(): ReadonlySet<Connection> {
    return this.waiting;
  }

  /** Call it after a write that the kernel did not accept as a whole. */
  wrote(connection: Connection, bytes: number): void {
    if (connection.queueAge === undefined) this.watch(connection);
    else connection.queueAge.wrote(bytes);
    this.writtenSinceSweep += bytes;
    if (this.writtenSinceSweep < this.options.maxTotalQueuedBytes / SWEEPS_PER_MARK) return;
    // Not at once: the fan-out is walking the channel from which a sweep may remove connections.
    this.earlySweep ??= setImmediate(() => this.sweep());
  }

  /** Whether more bytes from earlier turns wait for the client than allowed. Call it before each write. */
  isTooSlow({ queueAge, queuedBytes }: Pick<Connection, 'queueAge' | 'queuedBytes'>): boolean {
    if (queueAge === undefined || queueAge.judgedInTurn === this.budget.turn) return false;
    queueAge.judgedInTurn = this.budget.turn;
    return queuedBytes > this.options.maxQueuedBytes;
  }

  /**
   * Removes the connection from its channels at once and closes it. Its client may see 1006 instead of 1013. Never
   * throws.
   */
  evict(connection: Connection, why: SlowReason): void {
    this.guarded(connection, () => this.sendAway(connection, why));
  }

  private sendAway(connection: Connection, why: SlowReason): void {
    const { queuedBytes, queueAge } = connection;
    const waitedMs = queueAge?.ageMs(queuedBytes, this.clock.monotonicMs()) ?? 0;
    // Before it is forgotten: observers may ask how long it has waited.
    this.events.slowConsumer(connection, why, queuedBytes, waitedMs);
    this.forget(connection);
    connection.subscription?.audience?.remove(connection);
    this.end(connection, CLOSE.tryAgainLater, 'slow consumer');
  }

  private end(connection: Connection, code: number, reason: string): void {
    setTimeout(() => this.guard.run('farewell', () => connection.terminate()), FAREWELL_MS).unref();
    connection.close(code, reason);
  }

  /** A failure ends the connection that caused it, not the sweep or the flush. */
  private guarded(connection: Connection, task: () => void): void {
    this.guard.run('slow consumer', task, () => {
      this.forget(connection);
      this.end(connection, CLOSE.internalError, 'internal error');
    });
  }

  forget(connection: Connection): void {
    connection.queueAge = undefined;
    this.waiting.delete(connection);
    if (this.waiting.size === 0) this.endSweeps();
  }

  stop(): void {
    this.endSweeps();
  }

  private watch(connection: Connection): void {
    connection.queueAge = new QueueAge(connection.queuedBytes, this.clock.monotonicMs());
    connection.queueAge.judgedInTurn = this.budget.turn;
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
    const { queueAge, queuedBytes } = connection;
    if (queuedBytes === 0) this.forget(connection);
    else if (queueAge && queueAge.ageMs(queuedBytes, nowMs) >= this.options.maxQueueAgeMs)
      this.evict(connection, 'age');
  }

  /** Evicts the slowest clients while the total is over its limit. Publishers pause if that is not enough. */
  private relieve(nowMs: number): void {
    let total = this.total();
    if (total > this.options.maxTotalQueuedBytes) {
      for (const connection of this.slowest(nowMs)) {
        if (total <= this.options.maxTotalQueuedBytes) break;
        total -= connection.queuedBytes;
        this.evict(connection, 'pressure');
      }
    }
    this.flow.setPressure(total > this.options.maxTotalQueuedBytes, nowMs);
  }

  /** Bytes that wait for all clients. */
  total(): number {
    let total = 0;
    for (const { queuedBytes } of this.waiting) total += queuedBytes;
    return total;
  }

  private slowest(nowMs: number): Connection[] {
    const patient = [...this.waiting].filter(
      ({ queueAge, queuedBytes }) =>
        queueAge && queueAge.ageMs(queuedBytes, nowMs) >= PATIENCE_UNDER_PRESSURE_MS,
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
