import { isUtf8 } from 'node:buffer';
import { MAX_TOKEN_BYTES } from '@ws-hub/protocol';
import type { Checked } from './checked.js';

/** A token that is taken apart and not yet verified: nothing in it may be trusted. */
export interface Jws {
  readonly token: string;
  readonly alg: string;
  readonly kid: string | undefined;
  readonly payload: unknown;
}

const PARTS = 3;
const JWE_PARTS = 5;
/** What a bearer token may call itself (RFC 7519, RFC 9068): an issuer's other tokens, such as for logout, are none (RFC 8725, 3.11). */
const TYPE = /^(?:application\/)?(?:at\+)?jwt$/i;

/** Takes a token apart, without any work that a stranger's token is not worth. */
export function readJws(token: string): Checked<Jws> {
  if (Buffer.byteLength(token) > MAX_TOKEN_BYTES)
    return { fault: `the token is longer than ${MAX_TOKEN_BYTES} bytes` };
  const parts = token.split('.', JWE_PARTS + 1);
  if (parts.length === JWE_PARTS) return { fault: 'an encrypted token is not accepted' };
  if (parts.length !== PARTS || !parts.every(isBase64Url))
    return { fault: 'the token is no JWT: three parts in base64url between dots' };
  const [header, payload] = parts.slice(0, -1).map(parsed);
  if (!isObject(header) || payload === undefined)
    return { fault: 'the token is no JWT: its header or its claims are no JSON object' };
  return readHeader(header, token, payload);
}

function readHeader(header: Record<string, unknown>, token: string, payload: unknown): Checked<Jws> {
  const { alg, kid, typ } = header;
  if (typeof alg !== 'string') return { fault: 'the header names no algorithm' };
  if (kid !== undefined && typeof kid !== 'string') return { fault: 'kid: allowed: text' };
  if (typ !== undefined && !(typeof typ === 'string' && TYPE.test(typ)))
    return { fault: 'typ: allowed: JWT or at+jwt, or nothing' };
  // RFC 7515, section 4.1.11: what is critical and not understood refuses the token; nothing is understood here.
  if (header.crit !== undefined) return { fault: 'crit: no extension is understood' };
  return { value: { token, alg, kid, payload } };
}

/** Only the one spelling of each: with spare bits or padding, other texts would mean the same token. */
function isBase64Url(part: string): boolean {
  return Buffer.from(part, 'base64url').toString('base64url') === part;
}

/** Undefined for what is no JSON in UTF-8. */
function parsed(part: string): unknown {
  const bytes = Buffer.from(part, 'base64url');
  if (!isUtf8(bytes)) return undefined;
  try {
    return JSON.parse(bytes.toString());
  } catch {
    // Its message would quote the token; that it is not JSON is all there is to say.
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
