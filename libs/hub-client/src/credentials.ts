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

/** A token is reused until this part of its remaining lifetime has passed, as the hub last reported it. */
const FRESH_PART = 0.8;
/** Minimum remaining lifetime: a connection attempt takes time. */
const FRESH_MARGIN_MS = 5_000;

const HTTP_UNAUTHORIZED = 401;
const NEVER = () => false;

/**
 * The token of a client across connection attempts, and what the end of a connection says about it.
 *
 * A token is sent in one place: in the `hello`, or in the handshake if there is no hello or the hub requires it there.
 */
export class Credentials {
  private readonly source: TokenSource | undefined;
  private token: string | undefined;
  private why: Exclude<TokenReason, 'expiring'> = 'connect';
  private isFresh: () => boolean = NEVER;
  /** The next attempt continues the last one, and uses the same token. */
  private isKept = false;
  /** The handshake of the last attempt contained it. */
  private isInHandshake = false;
  /** The hub has rejected a handshake without a token. */
  private isForHandshake = false;
  /** The hub has rejected a token as invalid, and accepted none since. */
  private isRefused = false;
  /** It reconnected at once, and no connection has lasted since. */
  private hasHurried = false;

  /** @throws Error if the token is invalid */
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

  /** Gets a token for the attempt that begins now. @returns ends the wait for it */
  prepare(ready: () => void, failed: (error: TokenError) => void): () => void {
    const { source, isKept } = this;
    this.isKept = false;
    if (source !== undefined && !isKept && !(this.why === 'connect' && this.isFresh()))
      return source.obtain(this.why, { obtained: (token) => this.take(token, ready), failed });
    ready();
    return () => undefined;
  }

  /** The token for the handshake of an attempt. @param isOffer whether it offers hub.v1 */
  forHandshake(isOffer: boolean): string | undefined {
    const shown = this.isForHandshake || !isOffer ? this.token : undefined;
    this.isInHandshake = shown !== undefined;
    return shown;
  }

  forHello(): string | undefined {
    return this.isForHandshake ? undefined : this.token;
  }

  /** Requests a token to replace one that expires soon. @returns detaches the listener */
  renew(listener: TokenListener): () => void {
    return this.source?.obtain('expiring', listener) ?? (() => undefined);
  }

  /** The hub has accepted the token. @param expiresInMs until it expires; undefined if the hub did not say */
  accepted(token = this.token, expiresInMs?: number): void {
    this.token = token;
    this.isRefused = false;
    const freshMs = Math.min(FRESH_PART * (expiresInMs ?? 0), (expiresInMs ?? 0) - FRESH_MARGIN_MS);
    const age = stopwatch(this.timers);
    this.isFresh = () => age() < freshMs;
  }

  /** The last attempt only determined the dialect of the hub. Its token was not checked, and is used again. */
  keep(): void {
    this.isKept = true;
  }

  /** Interprets the end of a connection. @param wasStable whether it had been usable for a while */
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

  /** A hub.v1 hub accepts every handshake and checks the hello. One that rejects the handshake wants a token in it. */
  private isMissedInHandshake({ httpStatus }: Ending): boolean {
    return httpStatus === HTTP_UNAUTHORIZED && this.token !== undefined && !this.isInHandshake;
  }

  private tryInHandshake(): Comeback {
    this.isForHandshake = this.isKept = true;
    return 'now';
  }

  /** The token is no longer valid. */
  private reject(): Comeback {
    if (this.source === undefined) return 'never';
    this.why = 'rejected';
    const { hasHurried } = this;
    this.hasHurried = true;
    return hasHurried ? 'later' : 'now';
  }

  /** For a new start of the client. */
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
