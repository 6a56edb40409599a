import { Injectable } from '@nestjs/common';
import { Clock, type LogEvents, type LogStore, type Position } from '@ws-hub/hub';
import { HubLogger } from '../logger/hub-logger.js';

const QUIET_MS = 60_000;

/** What the operator is told of the engines; names are listed in docs/operations.md. */
@Injectable()
export class EngineLogger implements LogEvents {
  private readonly quietUntilMs = { skipped: 0, noticeSkipped: 0, keysForgotten: 0 };

  constructor(
    private readonly logger: HubLogger,
    private readonly clock: Clock,
  ) {}

  connected(store: LogStore): void {
    this.logger.info({ event: 'log_connected', ...store }, 'the log is there');
  }

  lost(reason: string): void {
    this.logger.error({ event: 'log_lost', reason }, 'the log is out of reach');
  }

  refused({ message: reason }: Error): void {
    this.logger.error({ event: 'log_unavailable', reason }, 'the log cannot be reached');
  }

  otherLimits(limits: Readonly<Record<string, unknown>>): void {
    if (Object.keys(limits).length === 0) return;
    this.logger.warn(
      { event: 'log_limits', ...limits },
      'the stream has other limits than this hub is configured for',
    );
  }

  skipped(sequence: Position, skipped: number): void {
    if (this.isQuiet('skipped')) return;
    this.logger.warn({ event: 'log_skipped', sequence, skipped }, 'an entry of the stream is none of a hub');
  }

  noticeSkipped(skipped: number): void {
    if (this.isQuiet('noticeSkipped')) return;
    this.logger.warn(
      { event: 'notice_skipped', skipped },
      'a notice in NATS is none of a hub, or was sent long ago by the clock of this one',
    );
  }

  keysForgotten(forgotten: number): void {
    if (this.isQuiet('keysForgotten')) return;
    this.logger.warn(
      { event: 'keys_forgotten', forgotten },
      'keys were forgotten within a minute: what is sent again may be stored twice (LOG_MAX_KEYS)',
    );
  }

  /** At once, then at most once a minute: what somebody else causes must not fill this hub's log. */
  private isQuiet(what: keyof typeof this.quietUntilMs): boolean {
    const nowMs = this.clock.monotonicMs();
    if (nowMs < this.quietUntilMs[what]) return true;
    this.quietUntilMs[what] = nowMs + QUIET_MS;
    return false;
  }
}
