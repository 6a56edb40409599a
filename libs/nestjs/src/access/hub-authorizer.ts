import type { IncomingMessage } from 'node:http';
import type { Right } from '@ws-hub/protocol';

/** A well-formed handshake that passed all earlier checks: path, headers, origin and connection limits. */
export interface ConnectRequest {
  /** The HTTP request as Node parsed it. It has no body. */
  readonly request: IncomingMessage;
  /** The channel in the URL. */
  readonly channel: string;
  /** The client's address, also behind trusted proxies. */
  readonly remoteAddress: string;
  /** The contract that the client asks for. */
  readonly dialect: 'plain' | 'hub.v1';
  /** The token of the request, from any of the supported places; undefined if it has none. */
  readonly token: string | undefined;
}

/** A token from a `hello`, from an `auth` that renews the previous one, or from an HTTP request (`HubGuard`). */
export interface TokenRequest {
  readonly moment: 'hello' | 'refresh' | 'http';
  /** Undefined for a `hello` or a request without a token. */
  readonly token: string | undefined;
  /** The channel of the connection's URL; undefined for an HTTP request. */
  readonly channel: string | undefined;
  readonly remoteAddress: string;
  /** The current user of the connection. */
  readonly user: string | undefined;
}

/** A client that is admitted, and its rights. */
export interface Admitted {
  readonly allowed: true;
  /** The client id: 1-128 visible ASCII characters. By default the hub generates a random one. */
  readonly clientId?: string | undefined;
  /** The user that the client belongs to. Other clients see it next to the client id. */
  readonly user?: string | undefined;
  /** What the client may do on which channels. By default it may do everything. */
  readonly rights?: readonly Right[] | undefined;
  /** When the rights expire, in Unix milliseconds. By default they last as long as the connection. */
  readonly expiresAtMs?: number | undefined;
  /** Identifies the token, so that it can be revoked on its own. */
  readonly tokenId?: string | undefined;
  /** When the token was issued, in Unix seconds. Without it, the token counts as issued before every revocation. */
  readonly issuedAtS?: number | undefined;
}

/** A client that is rejected. */
export interface Refused {
  readonly allowed: false;
  /** The HTTP status of the response, 400-599. It decides whether clients retry: see PROTOCOL.md. */
  readonly status: number;
  /** Human-readable; sent to the client. */
  readonly reason: string;
  /** The token was valid once. The client may reconnect with a new one. */
  readonly isExpired?: boolean | undefined;
}

/** `hello` defers the decision: the hub.v1 client connects, receives nothing, and `authenticate` judges its `hello`. */
export type Verdict = Admitted | Refused | { readonly allowed: 'hello' };

/**
 * Decides who may connect, and with which rights. Extend it and pass the class to the module: `HubModule.forRoot({
 * authorizer: Mine })`.
 *
 * If it throws, or takes longer than `authTimeoutMs`, the hub rejects the client with 503.
 */
export abstract class HubAuthorizer {
  /** Whether this authorizer uses tokens. If not, the gateway does not look for any. */
  get takesTokens(): boolean {
    return true;
  }

  /**
   * Called once per handshake.
   *
   * @returns the verdict, or a promise of it
   */
  abstract connect(request: ConnectRequest): Verdict | Promise<Verdict>;

  /**
   * Called for each token that arrives over a connection or at a `HubGuard`. By default every token is rejected.
   *
   * @returns the verdict, or a promise of it
   */
  authenticate(_request: TokenRequest): Admitted | Refused | Promise<Admitted | Refused> {
    return { allowed: false, status: 403, reason: 'this hub accepts no tokens over a connection' };
  }
}

const ALLOWED: Admitted = { allowed: true };

/** The default authorizer: every client may do everything, and tokens are ignored. */
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
