import { Injectable } from '@nestjs/common';
import { Clock, type LogEvents, type LogStore, type Position } from '@ws-hub/hub';
import { HubLogger } from '../logger/hub-logger.js';

const QUIET_MS = 60_000;

/** Logs what operators need to know about the engine. Event names are listed in docs/operations.md. */
@Injectable()
export class EngineLogger implements LogEvents {
  private readonly quietUntilMs = { skipped: 0, noticeSkipped: 0, keysForgotten: 0 };

  constructor(
    private readonly logger: HubLogger,
    private readonly clock: Clock,
  ) {}

  connected(store: LogStore): void {
    this.logger.info({ event: 'log_connected', ...store }, 'the log is available');
  }

  lost(reason: string): void {
    this.logger.error({ event: 'log_lost', reason }, 'the connection to the log is lost');
  }

  refused({ message: reason }: Error): void {
    this.logger.error({ event: 'log_unavailable', reason }, 'the log cannot be reached');
  }

  otherLimits(limits: Readonly<Record<string, unknown>>): void {
    if (Object.keys(limits).length === 0) return;
    this.logger.warn(
      { event: 'log_limits', ...limits },
      'the limits of the stream differ from the configuration of this hub',
    );
  }

  skipped(sequence: Position, skipped: number): void {
    if (this.isQuiet('skipped')) return;
    this.logger.warn(
      { event: 'log_skipped', sequence, skipped },
      'an entry of the stream was not written by a hub',
    );
  }

  noticeSkipped(skipped: number): void {
    if (this.isQuiet('noticeSkipped')) return;
    this.logger.warn(
      { event: 'notice_skipped', skipped },
      'a notice in NATS was not written by a hub, or is too old by the clock of this one',
    );
  }

  keysForgotten(forgotten: number): void {
    if (this.isQuiet('keysForgotten')) return;
    this.logger.warn(
      { event: 'keys_forgotten', forgotten },
      'keys were forgotten within a minute: retried messages may be stored twice (LOG_MAX_KEYS)',
    );
  }

  /** The first line at once, then at most one per minute: others must not be able to flood this hub's log. */
  private isQuiet(what: keyof typeof this.quietUntilMs): boolean {
    const nowMs = this.clock.monotonicMs();
    if (nowMs < this.quietUntilMs[what]) return true;
    this.quietUntilMs[what] = nowMs + QUIET_MS;
    return false;
  }
}
