import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Clock } from '../time/clock.js';
import type { EngineEvents } from './jetstream.log.js';

const QUIET_MS = 60_000;

/** What the operator is told of the engines; names are listed in docs/operations.md. */
@Injectable()
export class EngineLog {
  private readonly quietUntilMs = { skipped: 0, keysForgotten: 0 };

  constructor(
    private readonly logger: PinoLogger,
    private readonly clock: Clock,
  ) {}

  get events(): EngineEvents {
    const { logger } = this;
    return {
      connected: (server, { config, state }) =>
        logger.info(
          {
            event: 'log_connected',
            server,
            stream: config.name,
            first: state.first_seq,
            last: state.last_seq,
          },
          'the log is there',
        ),
      lost: (reason) => logger.error({ event: 'log_lost', reason }, 'the log is out of reach'),
      refused: (err) =>
        logger.error({ event: 'log_unavailable', reason: err.message }, 'the log cannot be reached'),
      otherLimits: (limits) => {
        if (Object.keys(limits).length === 0) return;
        logger.warn(
          { event: 'log_limits', ...limits },
          'the stream has other limits than this hub is configured for',
        );
      },
      skipped: (sequence, skipped) => this.skipped(sequence, skipped),
    };
  }

  /** @param forgotten how many in all */
  keysForgotten(forgotten: number): void {
    if (this.isQuiet('keysForgotten')) return;
    this.logger.warn(
      { event: 'keys_forgotten', forgotten },
      'keys were forgotten within a minute: what is sent again may be stored twice (LOG_MAX_KEYS)',
    );
  }

  private skipped(sequence: number, skipped: number): void {
    if (this.isQuiet('skipped')) return;
    this.logger.warn({ event: 'log_skipped', sequence, skipped }, 'an entry of the stream is none of a hub');
  }

  /** At once, then at most once a minute: what somebody else causes must not fill this hub's log. */
  private isQuiet(what: keyof typeof this.quietUntilMs): boolean {
    const nowMs = this.clock.monotonicMs();
    if (nowMs < this.quietUntilMs[what]) return true;
    this.quietUntilMs[what] = nowMs + QUIET_MS;
    return false;
  }
}
