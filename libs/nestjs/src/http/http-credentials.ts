import type { IncomingMessage } from 'node:http';
import type { Refusal } from '../gateway/admission.js';
import { requestTokenOf, tokenOf } from '../gateway/token-sources.js';
import { looksLikeKey } from '../keys/api-key.js';

/** The credentials in a request. */
export type HttpCredentials =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'token'; readonly token: string | undefined };

const BOTH: Refusal = {
  status: 400,
  reason: 'tokens',
  message: 'the request carries an API key in X-API-Key and something else in Authorization',
};

/** Proxies log URLs, and browsers send cookies without the page's knowledge. */
const MISPLACED: Refusal = {
  status: 401,
  reason: 'unauthorized',
  message: 'an API key must be in the header Authorization or X-API-Key',
};

/** Where a request may carry its token, besides the Authorization header. */
export interface CredentialSources {
  /** The name of the cookie; empty for none. */
  readonly cookie: string;
  /** Whether the query may carry it: an EventSource cannot set headers. */
  readonly query: boolean;
}

/** The credentials of a request. */
export function credentialsOf(
  request: IncomingMessage,
  { cookie, query }: CredentialSources,
): HttpCredentials | Refusal {
  const apiKey = request.headers['x-api-key'];
  const token = query ? tokenOf(request, cookie) : requestTokenOf(request, cookie);
  if (typeof token === 'object') return token;
  if (apiKey !== undefined) return token === undefined || token === apiKey ? key(String(apiKey)) : BOTH;
  if (token === undefined || !looksLikeKey(token)) return { kind: 'token', token };
  return requestTokenOf(request, '') === token ? key(token) : MISPLACED;
}

function key(text: string): HttpCredentials {
  return { kind: 'key', key: text };
}

/**
 * The name of the cookie that is accepted. Browsers send cookies from every page, so only requests of allowed origins
 * count (Fetch Metadata: a page of another site sends no Origin with a plain GET).
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
