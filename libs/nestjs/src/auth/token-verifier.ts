import type { Right } from '@ws-hub/protocol';

/** Where a token came from. A verifier that only looks at the token can ignore it. */
export interface TokenContext {
  readonly moment: 'connect' | 'hello' | 'refresh' | 'http';
  /** The channel of the connection's URL; undefined for an HTTP request. */
  readonly channel: string | undefined;
  readonly remoteAddress: string;
  /** Set at `connect` only. The other moments exist in hub.v1 only. */
  readonly dialect?: 'plain' | 'hub.v1' | undefined;
  /** The current user of the connection. */
  readonly user?: string | undefined;
}

/** A valid token: its user and its rights. */
export interface GoodToken {
  readonly ok: true;
  readonly user: string;
  readonly rights: readonly Right[];
  /** In Unix milliseconds. By default the rights last as long as the connection. */
  readonly expiresAtMs?: number | undefined;
  readonly tokenId?: string | undefined;
  /** In Unix seconds. Without it, the token counts as issued before every revocation. */
  readonly issuedAtS?: number | undefined;
}

export interface BadToken {
  readonly ok: false;
  /** Human-readable; sent to the client. */
  readonly reason: string;
  /** The token was valid once: everything but its expiry is in order. */
  readonly isExpired?: true | undefined;
}

/** `unavailable`: the token cannot be verified at the moment, and may be valid. */
export type Verified = GoodToken | BadToken | { readonly ok: 'unavailable'; readonly reason: string };

/** Verifies tokens. A Nest application may provide its own. */
export abstract class TokenVerifier {
  /** Verifies a token. Must not trust anything in it before its signature is verified. */
  abstract verify(token: string, context: TokenContext): Promise<Verified>;

  /** Fetches what the first token would have to wait for. Called once, after the application has started. */
  warmUp(): void {
    // Most verifiers have nothing to fetch.
  }
}
