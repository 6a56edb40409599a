import type { IncomingMessage } from 'node:http';
import type { Refusal } from '../gateway/admission.js';
import { requestTokenOf, tokenOf } from '../gateway/token-sources.js';
import { looksLikeKey } from '../keys/api-key.js';

/** What a request shows of its sender. */
export type HttpCredentials =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'token'; readonly token: string | undefined };

const BOTH: Refusal = {
  status: 400,
  reason: 'tokens',
  message: 'the request carries an API key in X-API-Key and something else in Authorization',
};

/** Where a request may carry its token besides the Authorization header. */
export interface CredentialSources {
  /** The cookie; empty for none. */
  readonly cookie: string;
  /** Whether the query may: an EventSource can set no header. */
  readonly query: boolean;
}

/** The credentials of a request. A key in a URL is none: it would stand in logs. */
export function credentialsOf(
  request: IncomingMessage,
  { cookie, query }: CredentialSources,
): HttpCredentials | Refusal {
  const apiKey = request.headers['x-api-key'];
  const token = query ? tokenOf(request, cookie) : requestTokenOf(request, cookie);
  if (typeof token === 'object') return token;
  if (apiKey === undefined)
    return token !== undefined && looksLikeKey(token)
      ? { kind: 'key', key: token }
      : { kind: 'token', token };
  if (token !== undefined && token !== apiKey) return BOTH;
  return { kind: 'key', key: String(apiKey) };
}

/**
 * The name of the cookie that counts. A browser sends cookies from every page: only what pages of allowed origins ask for
 * counts (Fetch Metadata: a page of another site sends no Origin with a plain GET).
 */
export function cookieFor(
  { headers }: IncomingMessage,
  authCookie: string,
  allowedOrigins: readonly string[],
): string {
  const { origin } = headers;
  if (origin !== undefined) return allowedOrigins.includes(origin) ? authCookie : '';
  return headers['sec-fetch-site'] === 'cross-site' ? '' : authCookie;
}
