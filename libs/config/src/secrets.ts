import { ACCESS_TOKEN_PARAMETER } from '@ws-hub/protocol';
import { z } from 'zod';

/** Bytes of a secret (RFC 2104, section 3: no shorter than the hash). */
const SECRET_BYTES = 32;

/** Fewer different characters than any random secret of that length has. */
const LEAST_CHARACTERS = 6;

/** Placeholders that this project and others have published instead of a secret. */
const PLACEHOLDER =
  /only for trying out|change.?me|replace.?(me|this)|placeholder|example|your.{0,12}(secret|key|password)|(put|insert|goes).{0,20}here/i;

const SECRET_RULE = `at least ${SECRET_BYTES} bytes, random and never published (openssl rand -base64 32), or empty`;

/**
 * A secret of the hub: at least 32 bytes, or none.
 *
 * A secret has no flag, can be in the file that `<variable>_FILE` names, and appears in no message.
 */
export function secret() {
  return z
    .string()
    .refine((value) => value === '' || (Buffer.byteLength(value) >= SECRET_BYTES && !isGuessable(value)))
    .meta({ description: SECRET_RULE, isSecret: true });
}

/** The secret of another system, which alone says how long it has to be; otherwise as `secret`. */
export function password() {
  return z.string().meta({ description: 'any text, or empty', isSecret: true });
}

function isGuessable(value: string): boolean {
  return PLACEHOLDER.test(value) || new Set(value).size < LEAST_CHARACTERS;
}

/** Whether a URL, or one of several comma-separated ones, has a user, a password or a token in it. */
export function hasCredentials(urls: string): boolean {
  return urls.split(',').some((url) => {
    // Text that is not a URL may still contain a password.
    if (!URL.canParse(url)) return url.includes('@');
    const { username, password, searchParams } = new URL(url);
    return username !== '' || password !== '' || searchParams.has(ACCESS_TOKEN_PARAMETER);
  });
}
