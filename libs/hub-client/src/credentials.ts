import { CLOSE } from '@ws-hub/protocol';
import type { TokenError } from './errors.js';
import { stopwatch, type Timers } from './timers.js';
import {
  checkedToken,
  type TokenFunction,
  type TokenListener,
  type TokenReason,
  TokenSource,
} from './token-source.js';
import type { Ending } from './transport.js';
import { type Comeback, meansStop } from './verdict.js';

/** A token is used again for so much of the time that it had left when the hub last told it. */
const FRESH_PART = 0.8;
/** So much has to be left, for an attempt takes its time. */
const FRESH_MARGIN_MS = 5_000;

const HTTP_UNAUTHORIZED = 401;
const NEVER = () => false;

/**
 * The token of a client, from one attempt to connect to the next, and what the end of a connection says about it.
 *
 * A token travels in one place: in the `hello`, or in the handshake, where there is no hello or the hub wants it there.
 */
export class Credentials {
  private readonly source: TokenSource | undefined;
  private token: string | undefined;
  private why: Exclude<TokenReason, 'expiring'> = 'connect';
  private isFresh: () => boolean = NEVER;
  /** The next attempt belongs to the last one, and has the same token. */
  private isKept = false;
  /** The handshake of the last attempt has shown it. */
  private isInHandshake = false;
  /** The hub has refused a handshake for having no token. */
  private isForHandshake = false;
  /** The hub has refused a token as bad, and no other has been accepted since. */
  private isRefused = false;
  /** It came back at once, and no connection has lasted since. */
  private hasHurried = false;

  /** @throws Error if the token is none */
  constructor(
    token: string | TokenFunction | undefined,
    private readonly timers: Timers,
  ) {
    if (typeof token === 'function') this.source = new TokenSource(token);
    else if (token !== undefined) this.token = checkedToken(token);
  }

  get isRenewable(): boolean {
    return this.source !== undefined;
  }

  /** Sees to it that there is a token for the attempt that begins now. @returns ends the wait for it */
  prepare(ready: () => void, failed: (error: TokenError) => void): () => void {
    const { source, isKept } = this;
    this.isKept = false;
    if (source !== undefined && !isKept && !(this.why === 'connect' && this.isFresh()))
      return source.obtain(this.why, { obtained: (token) => this.take(token, ready), failed });
    ready();
    return () => undefined;
  }

  /** For the handshake of an attempt. @param isOffer it offers hub.v1 */
  forHandshake(isOffer: boolean): string | undefined {
    const shown = this.isForHandshake || !isOffer ? this.token : undefined;
    this.isInHandshake = shown !== undefined;
    return shown;
  }

  forHello(): string | undefined {
    return this.isForHandshake ? undefined : this.token;
  }

  /** Asks for a token in place of one that expires soon. @returns what makes the listener hear nothing any more */
  renew(listener: TokenListener): () => void {
    return this.source?.obtain('expiring', listener) ?? (() => undefined);
  }

  /** The hub has accepted the token. @param expiresInMs until it expires; undefined if the hub has not told */
  accepted(token = this.token, expiresInMs?: number): void {
    this.token = token;
    this.isRefused = false;
    const freshMs = Math.min(FRESH_PART * (expiresInMs ?? 0), (expiresInMs ?? 0) - FRESH_MARGIN_MS);
    const age = stopwatch(this.timers);
    this.isFresh = () => age() < freshMs;
  }

  /** The last attempt only found out how to speak to the hub: its token was not looked at, and is used again. */
  keep(): void {
    this.isKept = true;
  }

  /** What the end of a connection means. @param wasStable whether it had been of use for a while */
  judge(ending: Ending, wasStable: boolean): Comeback {
    if (wasStable) this.isRefused = this.hasHurried = false;
    const comeback = this.comebackAfter(ending);
    if (comeback === 'never') this.forget();
    return comeback;
  }

  private comebackAfter(ending: Ending): Comeback {
    if (this.isMissedInHandshake(ending)) return this.tryInHandshake();
    if (ending.code === CLOSE.credentialsExpired && this.token !== undefined) return this.reject();
    if (!isUnauthorized(ending)) return meansStop(ending) ? 'never' : 'later';
    if (this.isRefused) return 'never';
    this.isRefused = true;
    return this.reject();
  }

  /** A hub of hub.v1 lets everybody in up to the hello; one that does not wants to see a token before. */
  private isMissedInHandshake({ httpStatus }: Ending): boolean {
    return httpStatus === HTTP_UNAUTHORIZED && this.token !== undefined && !this.isInHandshake;
  }

  private tryInHandshake(): Comeback {
    this.isForHandshake = this.isKept = true;
    return 'now';
  }

  /** The token is worth nothing any more. */
  private reject(): Comeback {
    if (this.source === undefined) return 'never';
    this.why = 'rejected';
    const { hasHurried } = this;
    this.hasHurried = true;
    return hasHurried ? 'later' : 'now';
  }

  /** A new start begins anew. */
  private forget(): void {
    this.why = 'connect';
    this.isFresh = NEVER;
    this.isRefused = this.hasHurried = false;
  }

  private take(token: string, ready: () => void): void {
    this.token = token;
    this.why = 'connect';
    this.isFresh = NEVER;
    ready();
  }
}

function isUnauthorized({ code, httpStatus }: Ending): boolean {
  return httpStatus === undefined ? code === CLOSE.unauthorized : httpStatus === HTTP_UNAUTHORIZED;
}
