import type { Action, Right } from '@ws-hub/protocol';
import { ALL_GRANTS, Grants, NO_GRANTS, type SharedGrants } from './grants.js';

/** The terms on which a client was admitted. */
export interface AccessTerms {
  /** The user in the token; undefined for an anonymous client. */
  readonly user?: string | undefined;
  /** Undefined means everything. */
  readonly rights?: readonly Right[] | undefined;
  /** Expiry in Unix milliseconds; undefined means never. */
  readonly expiresAtMs?: number | undefined;
  /** Identifies the token. */
  readonly tokenId?: string | undefined;
  /** When the token was issued, in Unix seconds. Undefined counts as before every revocation. */
  readonly issuedAtS?: number | undefined;
}

/** Whether the terms restrict nothing: everything is allowed, forever. */
export function isOpen({ user, rights, expiresAtMs, tokenId }: AccessTerms): boolean {
  return user === undefined && rights === undefined && expiresAtMs === undefined && tokenId === undefined;
}

/**
 * What one connection may do, and until when. Connections of a hub without authorization have none.
 *
 * Rights are checked when a client requests something, never on delivery: a connection receives what it was allowed to
 * subscribe to, and a change of rights removes what is no longer allowed.
 */
export class Access {
  readonly user: string | undefined;
  readonly expiresAtMs: number | undefined;
  readonly tokenId: string | undefined;
  readonly issuedAtS: number | undefined;
  /** Most clients publish on one channel: its lookup is cached. */
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

  /** Whether it came with a token. Without one there is nothing to revoke. */
  get isOfToken(): boolean {
    return this.user !== undefined || this.tokenId !== undefined || this.issuedAtS !== undefined;
  }

  /** As in the token; undefined if everything is allowed. */
  get rights(): readonly Right[] | undefined {
    return this.grants === ALL_GRANTS ? undefined : this.grants.rights;
  }

  may(action: Action, channel: string): boolean {
    return this.grants.allows(action, channel);
  }

  /** The same check, cached for every message that is published. */
  mayPublish(channel: string): boolean {
    if (channel === this.spokenOn) return true;
    if (!this.grants.allows('publish', channel)) return false;
    this.spokenOn = channel;
    return true;
  }
}

/** For a connection that is not identified yet: nothing is allowed. */
export const NO_ACCESS = new Access(NO_GRANTS);
