import { ForbiddenException } from '@nestjs/common';
import { type Clock, Fifo } from '@ws-hub/hub';
import type { HubLogger, LogFields } from '../logger/hub-logger.js';
import type { HubMetrics } from '../telemetry/hub-metrics.js';
import type { HandlerOptions } from './handler-options.js';

const LOG_ONCE_PER_MS = 1_000;

/** The arguments of a call in Nest's context: client, data, pattern. */
export type Call = readonly unknown[];

/** What a lane needs of the hub. */
export interface LaneTools {
  readonly options: HandlerOptions;
  readonly metrics: HubMetrics;
  readonly logger: HubLogger;
  readonly clock: Clock;
}

/**
 * The queue of calls to one handler. Calls start in the order of their events, in later turns of the event loop.
 *
 * The number of running and of waiting calls is limited; further calls are dropped. A call that never ends frees its
 * slot after a timeout. Nothing that a handler does stops the hub.
 */
export class HandlerLane {
  private readonly waiting = new Fifo<Call>();
  private running = 0;
  private isScheduled = false;
  /** Per kind of log line: when it may be logged again, and how often it was suppressed. */
  private readonly lines = new Map<string, { quietUntilMs: number; unlogged: number }>();

  /** @param name of class and method, for the log */
  constructor(
    private readonly name: string,
    private readonly handler: (...call: Call) => Promise<unknown>,
    private readonly tools: LaneTools,
  ) {}

  /** Returns at once. */
  add(call: Call): void {
    const { maxQueuedHandlers } = this.tools.options;
    if (this.waiting.size >= maxQueuedHandlers) {
      this.tools.metrics.handlerCalls.inc({ result: 'dropped' });
      this.tell(
        'warn',
        { event: 'handler_behind', waiting: maxQueuedHandlers },
        'calls are dropped: the handler is too slow',
      );
      return;
    }
    this.waiting.push(call);
    this.schedule();
  }

  private schedule(): void {
    if (this.isScheduled || this.waiting.size === 0) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      while (this.running < this.tools.options.maxRunningHandlers && this.waiting.size > 0) this.start();
    });
  }

  private start(): void {
    const call = this.waiting.shift() ?? [];
    this.running++;
    const timer = setTimeout(() => {
      this.tell(
        'warn',
        { event: 'handler_late' },
        'a call of the handler has not ended: the next calls no longer wait for it',
      );
      over('late');
    }, this.tools.options.handlerTimeoutMs).unref();
    let isOver = false;
    const over = (result: string) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      this.tools.metrics.handlerCalls.inc({ result });
      this.running--;
      this.schedule();
    };
    this.handler(...call).then(
      () => over('done'),
      (error: unknown) => over(this.failed(error)),
    );
  }

  /** A rejection by a guard is not a failure. */
  private failed(error: unknown): 'denied' | 'failed' {
    if (error instanceof ForbiddenException) return 'denied';
    const err = error instanceof Error ? error : new Error(String(error));
    this.tell('error', { event: 'handler_failed', err }, 'the handler has failed');
    return 'failed';
  }

  /** At most one line per second of each kind: clients decide how often handlers are called. */
  private tell(
    level: 'warn' | 'error',
    { event, ...fields }: LogFields & { readonly event: string },
    message: string,
  ): void {
    const nowMs = this.tools.clock.monotonicMs();
    const line = this.lines.get(event) ?? { quietUntilMs: -Infinity, unlogged: 0 };
    this.lines.set(event, line);
    if (nowMs < line.quietUntilMs) {
      line.unlogged++;
      return;
    }
    this.tools.logger[level]({ event, handler: this.name, unlogged: line.unlogged, ...fields }, message);
    line.quietUntilMs = nowMs + LOG_ONCE_PER_MS;
    line.unlogged = 0;
  }
}
