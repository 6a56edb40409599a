import { Injectable } from '@nestjs/common';
import { Clock } from '@ws-hub/hub';
import { HubLogger } from '../logger/hub-logger.js';
import type { KeySetEvents } from './key-set.js';

const QUIET_MS = 60_000;

/** Logs what operators need to know about token verification. Event names are listed in docs/operations.md. */
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
      this.logger.warn({ event: 'key_set_empty' }, 'the key set has no usable key: every token is rejected');
    if (this.keySetIsLost)
      this.logger.info({ event: 'key_set_fetched', keys }, 'the key set is available again');
    this.keySetIsLost = false;
  }

  failed(reason: string): void {
    if (!this.keySetIsLost)
      this.logger.error(
        { event: 'key_set_unavailable', reason },
        'the key set cannot be fetched: only known keys are accepted',
      );
    this.keySetIsLost = true;
  }

  /** The first failure is logged at once, then at most one a minute: every presented token calls the webhook. */
  webhookFailed(reason: string): void {
    const nowMs = this.clock.monotonicMs();
    if (nowMs < this.quietUntilMs) return;
    this.quietUntilMs = nowMs + QUIET_MS;
    this.logger.error(
      { event: 'auth_unavailable', reason },
      'the auth webhook returned no valid answer: tokens are rejected',
    );
  }
}
