import { Injectable } from '@nestjs/common';
import { Clock } from '@ws-hub/hub';
import { HubLogger } from '../logger/hub-logger.js';
import type { KeySetEvents } from './key-set.js';

const QUIET_MS = 60_000;

/** What the operator is told of where tokens are judged; names are listed in docs/operations.md. */
@Injectable()
export class AuthLogger implements KeySetEvents {
  private keySetIsLost = false;
  private quietUntilMs = 0;

  constructor(
    private readonly logger: HubLogger,
    private readonly clock: Clock,
  ) {}

  fetched(keys: number): void {
    if (keys === 0)
      this.logger.warn({ event: 'key_set_empty' }, 'the key set has no key of use: no token is accepted');
    if (this.keySetIsLost) this.logger.info({ event: 'key_set_fetched', keys }, 'the key set is there again');
    this.keySetIsLost = false;
  }

  failed(reason: string): void {
    if (!this.keySetIsLost)
      this.logger.error(
        { event: 'key_set_unavailable', reason },
        'the key set cannot be fetched: only keys that are known are accepted',
      );
    this.keySetIsLost = true;
  }

  /** At once, then at most once a minute: each token that somebody presents asks the webhook. */
  webhookFailed(reason: string): void {
    const nowMs = this.clock.monotonicMs();
    if (nowMs < this.quietUntilMs) return;
    this.quietUntilMs = nowMs + QUIET_MS;
    this.logger.error(
      { event: 'auth_unavailable', reason },
      'the auth webhook gives no clear answer: tokens are refused',
    );
  }
}
