import { type Backoff, backoffMs } from '../backoff.js';
import type { Timers } from '../timers.js';
import type { HubHttpError } from './http-error.js';

/** When a request is retried. The waits are those of `Backoff`, or what the hub asks for in `Retry-After`. */
export interface RetryPolicy extends Backoff {
  /** Maximum number of attempts; 1 means no retry. */
  readonly attempts: number;
  /** Maximum `Retry-After` in milliseconds. If the hub asks for more, the request is not retried. */
  readonly maxRetryAfterMs: number;
}

export const DEFAULT_RETRIES: RetryPolicy = {
  attempts: 6,
  initialMs: 200,
  maxMs: 5_000,
  maxRetryAfterMs: 30_000,
};

/**
 * No request is retried later than this after an attempt that may have succeeded. A hub remembers a key for at least 60
 * s (PROTOCOL.md, "How long a key lives"), which leaves the retry 20 s to arrive.
 */
const IN_DOUBT_MS = 40_000;

export interface RetrySettings {
  readonly policy: RetryPolicy;
  readonly random: () => number;
  readonly timers: Timers;
}

/** The attempts for one purpose. */
export class Retries {
  private attempts = 0;
  private attemptedAtMs: number;
  private inDoubtSinceMs: number | undefined;

  constructor(private readonly settings: RetrySettings) {
    this.attemptedAtMs = settings.timers.now();
  }

  get count(): number {
    return this.attempts;
  }

  /** Whether an attempt may have succeeded. */
  get areInDoubt(): boolean {
    return this.inDoubtSinceMs !== undefined;
  }

  begin(): void {
    this.attempts++;
    this.attemptedAtMs = this.settings.timers.now();
  }

  /** An attempt has failed. @returns the wait before the next one in milliseconds; undefined if there is to be none */
  waitAfter(error: HubHttpError, isRepeatable: boolean): number | undefined {
    const { policy, random } = this.settings;
    if (error.isOutcomeUnknown) this.inDoubtSinceMs ??= this.attemptedAtMs;
    if (!error.isTemporary || this.attempts >= policy.attempts) return undefined;
    if (error.isOutcomeUnknown && !isRepeatable) return undefined;
    const { retryAfterMs = 0 } = error;
    if (retryAfterMs > policy.maxRetryAfterMs) return undefined;
    // Clients that are disconnected together must not reconnect together.
    const waitMs = retryAfterMs + backoffMs(this.attempts, policy, random);
    return this.isTooLate(waitMs) ? undefined : waitMs;
  }

  private isTooLate(waitMs: number): boolean {
    const { inDoubtSinceMs } = this;
    return inDoubtSinceMs !== undefined && this.settings.timers.now() + waitMs - inDoubtSinceMs > IN_DOUBT_MS;
  }
}
