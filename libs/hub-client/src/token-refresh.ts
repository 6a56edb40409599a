import { type Backoff, backoffMs } from './backoff.js';
import type { Credentials } from './credentials.js';
import type { HubError, TokenError } from './errors.js';
import { MAX_TIMER_MS, stopwatch, type Timers } from './timers.js';

/**
 * A new token is requested after this part of the remaining lifetime at the earliest: some clients sooner, others
 * later.
 */
const EARLIEST_PART = 0.5;
const LATEST_PART = 0.8;
const MIN_WAIT_MS = 1_000;

export interface RefreshSettings extends Backoff {
  readonly timers: Timers;
  /** Returns a number from 0 up to but not including 1. */
  readonly random: () => number;
}

export interface RefreshListener {
  /** Sends the hub a new token. */
  auth(token: string): void;
  /** There is no new token, or the hub rejected it. It is retried. */
  failed(error: TokenError | HubError): void;
}

/** Renews the token of one connection before it expires, so that the connection outlives it. */
export class TokenRefresh {
  private cancel: () => void = () => undefined;
  private failures = 0;
  private leftMs: () => number = () => 0;
  /** The token that was sent to the hub and is not answered yet. */
  private shown: string | undefined;

  constructor(
    private readonly credentials: Credentials,
    private readonly settings: RefreshSettings,
    private readonly listener: RefreshListener,
  ) {}

  /** Whether the hub owes an answer. */
  get isShown(): boolean {
    return this.shown !== undefined;
  }

  /** The hub has accepted the token. @param expiresInMs until it expires; undefined if it does not */
  accepted(expiresInMs: number | undefined): void {
    this.credentials.accepted(this.shown, expiresInMs);
    this.shown = undefined;
    this.failures = 0;
    this.cancel();
    if (expiresInMs === undefined || !this.credentials.isRenewable) return;
    const age = stopwatch(this.settings.timers);
    this.leftMs = () => expiresInMs - age();
    const part = EARLIEST_PART + (LATEST_PART - EARLIEST_PART) * this.settings.random();
    this.askIn(Math.max(MIN_WAIT_MS, expiresInMs * part));
  }

  /** The hub keeps the previous token. */
  refused(error: HubError): void {
    this.shown = undefined;
    this.failed(error);
  }

  end(): void {
    this.cancel();
  }

  private askIn(ms: number): void {
    const { timers } = this.settings;
    this.cancel = timers.after(Math.min(ms, MAX_TIMER_MS), () => this.ask());
  }

  private ask(): void {
    this.cancel = this.credentials.renew({
      obtained: (token) => {
        this.shown = token;
        this.listener.auth(token);
      },
      failed: (error) => this.failed(error),
    });
  }

  /** After the expiry the hub closes the connection, and the client reconnects with another token. */
  private failed(error: TokenError | HubError): void {
    const waitMs = Math.max(MIN_WAIT_MS, backoffMs(++this.failures, this.settings, this.settings.random));
    if (waitMs < this.leftMs()) this.askIn(waitMs);
    this.listener.failed(error);
  }
}
