import { createHmac } from 'node:crypto';

const LIFETIME_S = 3_600;

/** Typical rights of an issuer: patterns, of which one of several matches the client's channel. */
const RIGHTS = [
  { match: 'room.*', allow: ['subscribe', 'publish', 'history'] },
  { match: 'team.*.chat', allow: ['subscribe', 'publish'] },
  { match: 'public.>', allow: ['subscribe'] },
  { match: '*', allow: ['subscribe', 'publish', 'history'] },
];

/** A token of a user, signed with HS256 (RFC 7515). */
export function signToken(secret: string, sub: string): string {
  const exp = Math.floor(Date.now() / 1_000) + LIFETIME_S;
  const text = [
    { alg: 'HS256', typ: 'JWT' },
    { sub, exp, hub: RIGHTS },
  ]
    .map(encoded)
    .join('.');
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
