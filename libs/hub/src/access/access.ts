import type { Action, Right } from '@ws-hub/protocol';
import { ALL_GRANTS, Grants, NO_GRANTS, type SharedGrants } from './grants.js';

/** What somebody was admitted with. */
export interface AccessTerms {
  /** Whom the token names; undefined for an anonymous client. */
  readonly user?: string | undefined;
  /** Undefined: everything. */
  readonly rights?: readonly Right[] | undefined;
  /** When it ends, in Unix milliseconds; undefined: never. */
  readonly expiresAtMs?: number | undefined;
  /** Names the token. */
  readonly tokenId?: string | undefined;
  /** When the token was issued, in Unix seconds; undefined counts as before every revocation. */
  readonly issuedAtS?: number | undefined;
}

/** Whether they say nothing of anybody: everything is allowed, for ever. */
export function isOpen({ user, rights, expiresAtMs, tokenId }: AccessTerms): boolean {
  return user === undefined && rights === undefined && expiresAtMs === undefined && tokenId === undefined;
}

/**
 * What one connection may do, and until when. A connection without one is of a hub that asks nobody who they are.
 *
 * Rights are judged when something is asked for, never when it is delivered: what a connection hears is what it was
 * allowed to subscribe to, and a change of rights takes away what is no longer allowed.
 */
export class Access {
  readonly user: string | undefined;
  readonly expiresAtMs: number | undefined;
  readonly tokenId: string | undefined;
  readonly issuedAtS: number | undefined;
  /** Most clients speak on one channel: it is looked up once. */
  private spokenOn: string | undefined;

  constructor(
    private readonly grants: Grants,
    { user, expiresAtMs, tokenId, issuedAtS }: AccessTerms = {},
  ) {
    this.user = user;
    this.expiresAtMs = expiresAtMs;
    this.tokenId = tokenId;
    this.issuedAtS = issuedAtS;
  }

  /** @param shared compiles each list of rights once */
  static of(terms: AccessTerms, shared: SharedGrants): Access {
    return new Access(terms.rights === undefined ? ALL_GRANTS : shared.of(terms.rights), terms);
  }

  /** Whether it came with a token: nobody who has none can be deprived of it. */
  get isOfToken(): boolean {
    return this.user !== undefined || this.tokenId !== undefined || this.issuedAtS !== undefined;
  }

  /** As the token says them; undefined if everything is allowed. */
  get rights(): readonly Right[] | undefined {
    return this.grants === ALL_GRANTS ? undefined : this.grants.rights;
  }

  may(action: Action, channel: string): boolean {
    return this.grants.allows(action, channel);
  }

  /** The same for each message that is published. */
  mayPublish(channel: string): boolean {
    if (channel === this.spokenOn) return true;
    if (!this.grants.allows('publish', channel)) return false;
    this.spokenOn = channel;
    return true;
  }
}

/** Of a connection that has not said yet who it is: nothing is allowed. */
export const NO_ACCESS = new Access(NO_GRANTS);
