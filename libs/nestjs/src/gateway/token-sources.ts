import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { ACCESS_TOKEN_PARAMETER, MAX_TOKEN_BYTES, TOKEN_PROTOCOL_PREFIX } from '@ws-hub/protocol';
import { queryOf, type Refusal } from './admission.js';
import { subprotocolsOf } from './subprotocols.js';

/**
 * Also matches `Bearer: TOKEN` and the like: a misspelt header is a bad token, not a missing one. A longer word is
 * another scheme.
 */
const BEARER = /^bearer(?![\w!#$%&'*+.^`|~-])(.*)$/i;
const BASE64URL = /^[A-Za-z0-9_-]+$/;

const DIFFERENT: Refusal = {
  status: 400,
  reason: 'tokens',
  message: 'the request carries two different tokens',
};
const TOO_LONG: Refusal = {
  status: 401,
  reason: 'unauthorized',
  message: `a token may have at most ${MAX_TOKEN_BYTES} bytes`,
};
/** Something that is not a token, at the place of a token. It counts as presented, not as missing. */
const MALFORMED = '';
/** What Node decodes invalid UTF-8 in a query to. */
const REPLACEMENT = '\ufffd';

/**
 * The token of a handshake: from `Authorization: Bearer`, a subprotocol, a cookie, or the query. Only the query works
 * for a plain client in a browser.
 *
 * @param cookie the name of the cookie that may carry it; empty for none
 * @returns undefined where there is none
 */
export function tokenOf(request: IncomingMessage, cookie: string): string | Refusal | undefined {
  return onlyOne([
    ...ofHeader(request),
    ...ofSubprotocols(request),
    ...ofCookies(request, cookie),
    ...ofQuery(request),
  ]);
}

/** The token of any other HTTP request. All HTTP clients can set a header. */
export function requestTokenOf(request: IncomingMessage, cookie: string): string | Refusal | undefined {
  return onlyOne([...ofHeader(request), ...ofCookies(request, cookie)]);
}

function onlyOne(found: readonly string[]): string | Refusal | undefined {
  const [token, ...others] = new Set(found);
  if (others.length > 0) return DIFFERENT;
  return token !== undefined && Buffer.byteLength(token) > MAX_TOKEN_BYTES ? TOO_LONG : token;
}

/**
 * Other schemes are ignored: a proxy may use its own. Reads the raw headers, because Node silently drops a second
 * `Authorization`, and a proxy in front may have decided by that one.
 */
function ofHeader({ rawHeaders }: IncomingMessage): string[] {
  const tokens: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() !== 'authorization') continue;
    const bearer = BEARER.exec(rawHeaders[at + 1] ?? '');
    if (bearer !== null) tokens.push(bearer[1]?.trim() ?? MALFORMED);
  }
  return tokens;
}

function ofSubprotocols(request: IncomingMessage): string[] {
  return subprotocolsOf(request)
    .filter((offer) => offer.startsWith(TOKEN_PROTOCOL_PREFIX))
    .map((offer) => offer.slice(TOKEN_PROTOCOL_PREFIX.length))
    .map((text) => (BASE64URL.test(text) ? textOf(Buffer.from(text, 'base64url')) : MALFORMED));
}

function textOf(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString() : MALFORMED;
}

function ofQuery(request: IncomingMessage): string[] {
  const tokens = queryOf(request).getAll(ACCESS_TOKEN_PARAMETER);
  return tokens.map((token) => (token.includes(REPLACEMENT) ? MALFORMED : token));
}

/** RFC 6265, section 4.2.1. Values are not decoded: a token has no character that a cookie could not have. */
function ofCookies({ headers }: IncomingMessage, name: string): string[] {
  if (name === '' || headers.cookie?.includes(name) !== true) return [];
  return headers.cookie
    .split(';')
    .map((pair) => /^([^=]*)=(.*)$/s.exec(pair))
    .filter((pair) => pair?.[1]?.trim() === name)
    .map((pair) => pair?.[2]?.trim().replace(/^"(.*)"$/, '$1') ?? MALFORMED);
}
