import type { Right } from '@ws-hub/protocol';

/** Where a token came from; a verifier that goes by the token alone needs none of it. */
export interface TokenContext {
  readonly moment: 'connect' | 'hello' | 'refresh' | 'http';
  /** The channel of the connection's URL; undefined for an HTTP request. */
  readonly channel: string | undefined;
  readonly remoteAddress: string;
  /** Only at `connect`; the others are said in hub.v1. */
  readonly dialect?: 'plain' | 'hub.v1' | undefined;
  /** Who the connection's user is so far. */
  readonly user?: string | undefined;
}

/** A token that is good: whose it is, and what it allows. */
export interface GoodToken {
  readonly ok: true;
  readonly user: string;
  readonly rights: readonly Right[];
  /** Unix milliseconds; left out, the rights end with the connection. */
  readonly expiresAtMs?: number | undefined;
  readonly tokenId?: string | undefined;
  /** Unix seconds; without it, the token counts as issued before every revocation. */
  readonly issuedAtS?: number | undefined;
}

export interface BadToken {
  readonly ok: false;
  /** For the person at the other end. */
  readonly reason: string;
  /** It was good once, and is right in all but its time. */
  readonly isExpired?: true | undefined;
}

/** `unavailable`: nobody can tell at the moment, and the token may be good. */
export type Verified = GoodToken | BadToken | { readonly ok: 'unavailable'; readonly reason: string };

/** Tells good tokens from bad ones. A Nest application may provide its own. */
export abstract class TokenVerifier {
  /** Never trusts anything in the token before it is known to be the issuer's. */
  abstract verify(token: string, context: TokenContext): Promise<Verified>;

  /** Gets what the first token would have to wait for; called once the application has started. */
  warmUp(): void {
    // Most verifiers have all that they need.
  }
}
