import type { IncomingMessage } from 'node:http';
import type { Right } from '@ws-hub/protocol';

/** A handshake that is right in itself and has room: path, headers, origin and caps were looked at before. */
export interface ConnectRequest {
  /** The request as Node has read it; its body is none. */
  readonly request: IncomingMessage;
  /** The channel that its URL names. */
  readonly channel: string;
  /** The client's address, behind trusted proxies as well. */
  readonly remoteAddress: string;
  /** What the client wants to speak. */
  readonly dialect: 'plain' | 'hub.v1';
  /** The token that the request carries, in whatever way; undefined if it has none. */
  readonly token: string | undefined;
}

/** A token that came in a `hello`, in an `auth` that renews the one before, or with an HTTP request (`HubGuard`). */
export interface TokenRequest {
  readonly moment: 'hello' | 'refresh' | 'http';
  /** Undefined for a `hello` or a request without one. */
  readonly token: string | undefined;
  /** The channel of the connection's URL; undefined for an HTTP request. */
  readonly channel: string | undefined;
  readonly remoteAddress: string;
  /** Who the connection's user is so far. */
  readonly user: string | undefined;
}

/** Who somebody is, and what they may do. */
export interface Admitted {
  readonly allowed: true;
  /** The client's name: 1-128 visible ASCII characters; left out, the hub makes up a random one. */
  readonly clientId?: string | undefined;
  /** The user whose client it is; others see it beside the client's name. */
  readonly user?: string | undefined;
  /** What the client may do on which channels; left out, everything. */
  readonly rights?: readonly Right[] | undefined;
  /** When that ends, in Unix milliseconds; left out, with the connection. */
  readonly expiresAtMs?: number | undefined;
  /** Names the token, so that it can be revoked by itself. */
  readonly tokenId?: string | undefined;
  /** When the token was issued, in Unix seconds; without it, it counts as issued before every revocation. */
  readonly issuedAtS?: number | undefined;
}

/** Somebody who stays out. */
export interface Refused {
  readonly allowed: false;
  /** The HTTP status of the answer, from 400 to 599. Clients come back after some and not after others: PROTOCOL.md. */
  readonly status: number;
  /** For the person at the other end. */
  readonly reason: string;
  /** The token was good once: with a new one the client may come back. */
  readonly isExpired?: boolean | undefined;
}

/** `hello`: a client of hub.v1 is connected, hears nothing, and is judged at its `hello` by `authenticate`. */
export type Verdict = Admitted | Refused | { readonly allowed: 'hello' };

/**
 * Decides who may connect, and what they may do. Extend it and name it in the module's options:
 * `HubModule.forRoot({ authorizer: Mine })`.
 *
 * One that throws, or is late (`authTimeoutMs`), refuses with 503.
 */
export abstract class HubAuthorizer {
  /** Whether it looks at tokens at all; if not, the gateway does not look for any either. */
  get takesTokens(): boolean {
    return true;
  }

  /** Asked once for each handshake. */
  abstract connect(request: ConnectRequest): Verdict | Promise<Verdict>;

  /** Asked for each token that comes over a connection or to a `HubGuard`; an authorizer that does not override it accepts none. */
  authenticate(_request: TokenRequest): Admitted | Refused | Promise<Admitted | Refused> {
    return { allowed: false, status: 403, reason: 'this hub takes no tokens over a connection' };
  }
}

const ALLOWED: Admitted = { allowed: true };

/** The default: everybody may do everything, and no token is looked at. */
export class OpenAuthorizer extends HubAuthorizer {
  override get takesTokens(): boolean {
    return false;
  }

  connect(): Admitted {
    return ALLOWED;
  }

  override authenticate(): Admitted {
    return ALLOWED;
  }
}
