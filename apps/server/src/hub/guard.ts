import { Injectable } from '@nestjs/common';
import { Clock } from '../time/clock.js';
import { HubLog } from './hub-log.js';
import { HubMetrics } from './hub-metrics.js';

const LOG_ONCE_PER_MS = 1_000;

interface Told {
  readonly atMs: number;
  readonly unlogged: number;
}

/**
 * The one place where a bug that somebody has reached ends: with what they asked for, not with the process.
 *
 * Each is counted; of each kind one a second is logged, with its stack.
 */
@Injectable()
export class Guard {
  /** By what was being done; these are words of the code, so there are few. */
  private readonly told = new Map<string, Told>();

  constructor(
    private readonly log: HubLog,
    private readonly metrics: HubMetrics,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs a task that a peer has caused. Never throws.
   *
   * @param what for the log: the kind of task, a constant of the code
   * @param onFailure ends what the task was for: a connection, a request
   */
  run(what: string, task: () => void, onFailure?: () => void): void {
    try {
      task();
    } catch (error) {
      this.failed(what, error);
      if (onFailure !== undefined) this.run(`${what}, ending it`, onFailure);
    }
  }

  /** For what has been caught elsewhere. */
  failed(what: string, error: unknown): void {
    this.metrics.internalErrors.inc();
    const nowMs = this.clock.monotonicMs();
    const { atMs, unlogged } = this.told.get(what) ?? { atMs: -Infinity, unlogged: 0 };
    if (nowMs - atMs < LOG_ONCE_PER_MS) {
      this.told.set(what, { atMs, unlogged: unlogged + 1 });
      return;
    }
    this.told.set(what, { atMs: nowMs, unlogged: 0 });
    this.log.internalError(what, error, unlogged);
  }
}
