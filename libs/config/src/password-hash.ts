import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/** OWASP's password storage cheat sheet: 16 MiB, and as costly as more of them. */
const COST = { N: 2 ** 14, r: 8, p: 5 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** A hash written by hand must not cost more than this to check. */
const MAX_BYTES = 64 * 1024 * 1024;
const MAX_P = 16;
const FORM = /^scrypt\$(\d{1,7})\$(\d{1,2})\$(\d{1,2})\$([A-Za-z0-9_-]{22,86})\$([A-Za-z0-9_-]{43})$/;

/** Characters of a password. NIST SP 800-63B, section 3.1.1.2: at least 8, and 64 must be possible. */
export const MIN_PASSWORD_LENGTH = 12;
export const MAX_PASSWORD_LENGTH = 256;

interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** The hash of a password, with its salt and what it costs to compute (RFC 7914). */
export interface PasswordHash extends Cost {
  readonly salt: Buffer;
  readonly hash: Buffer;
}

const derive = promisify<string, Buffer, number, Cost & { maxmem: number }, Buffer>(scrypt);

/** @returns `scrypt$N$r$p$salt$hash`, the last two in base64url */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await hashOf(password, salt, COST);
  const { N, r, p } = COST;
  return ['scrypt', N, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** @returns undefined for a text that `hashPassword` could not have returned, or that would cost too much */
export function parsePasswordHash(text: string): PasswordHash | undefined {
  const [, N, r, p, salt = '', hash = ''] = FORM.exec(text) ?? [];
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  if (!isAllowed(cost)) return undefined;
  return { ...cost, salt: Buffer.from(salt, 'base64url'), hash: Buffer.from(hash, 'base64url') };
}

/** Takes a thread of the pool for about 0.2 s, and 16 MiB. The time says nothing about the password. */
export async function isPassword(password: string, { salt, hash, ...cost }: PasswordHash): Promise<boolean> {
  return timingSafeEqual(await hashOf(password, salt, cost), hash);
}

/** The same text in another Unicode form is the same password (RFC 8265, section 4.2.2). */
function hashOf(password: string, salt: Buffer, { N, r, p }: Cost): Promise<Buffer> {
  return derive(password.normalize('NFC'), salt, HASH_BYTES, { N, r, p, maxmem: 2 * MAX_BYTES });
}

function isAllowed({ N, r, p }: Cost): boolean {
  const isPowerOf2 = N > 1 && Number.isInteger(Math.log2(N));
  return isPowerOf2 && r > 0 && p > 0 && p <= MAX_P && 128 * N * r <= MAX_BYTES;
}
