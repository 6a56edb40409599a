import { isUtf8 } from 'node:buffer';
import { MAX_TOKEN_BYTES } from '@ws-hub/protocol';
import type { Checked } from './checked.js';

/** A decoded token that is not verified yet: nothing in it may be trusted. */
export interface Jws {
  readonly token: string;
  readonly alg: string;
  readonly kid: string | undefined;
  readonly payload: unknown;
}

const PARTS = 3;
const JWE_PARTS = 5;
/**
 * The types of a bearer token (RFC 7519, RFC 9068). Other tokens of an issuer, such as logout tokens, are rejected (RFC
 * 8725, 3.11).
 */
const TYPE = /^(?:application\/)?(?:at\+)?jwt$/i;

/** Decodes a token, with no more work than an unverified token deserves. */
export function readJws(token: string): Checked<Jws> {
  if (Buffer.byteLength(token) > MAX_TOKEN_BYTES)
    return { fault: `the token is longer than ${MAX_TOKEN_BYTES} bytes` };
  const parts = token.split('.', JWE_PARTS + 1);
  if (parts.length === JWE_PARTS) return { fault: 'an encrypted token is not accepted' };
  if (parts.length !== PARTS || !parts.every(isBase64Url))
    return { fault: 'the token is not a JWT: three base64url parts separated by dots' };
  const [header, payload] = parts.slice(0, -1).map(parsed);
  if (!isObject(header) || payload === undefined)
    return { fault: 'the token is not a JWT: its header or its claims are not a JSON object' };
  return readHeader(header, token, payload);
}

function readHeader(header: Record<string, unknown>, token: string, payload: unknown): Checked<Jws> {
  const { alg, kid, typ } = header;
  if (typeof alg !== 'string') return { fault: 'the header names no algorithm' };
  if (kid !== undefined && typeof kid !== 'string') return { fault: 'kid: allowed: text' };
  if (typ !== undefined && !(typeof typ === 'string' && TYPE.test(typ)))
    return { fault: 'typ: allowed: JWT or at+jwt, or nothing' };
  // RFC 7515, section 4.1.11: a token with a critical extension that is not understood is rejected. The hub understands
  // none.
  if (header.crit !== undefined) return { fault: 'crit: no extension is understood' };
  return { value: { token, alg, kid, payload } };
}

/** Accepts the canonical encoding only: with spare bits or padding, other texts would decode to the same token. */
function isBase64Url(part: string): boolean {
  return Buffer.from(part, 'base64url').toString('base64url') === part;
}

/** Undefined if it is not JSON in UTF-8. */
function parsed(part: string): unknown {
  const bytes = Buffer.from(part, 'base64url');
  if (!isUtf8(bytes)) return undefined;
  try {
    return JSON.parse(bytes.toString());
  } catch {
    // The error message would quote the token. All there is to say is that it is not JSON.
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
