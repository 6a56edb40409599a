import type { Right } from '@ws-hub/protocol';
import { SignJWT } from 'jose';

/** The secret that signs the tokens of these tests (HS256): at least 32 bytes. */
export const JWT_SECRET = 'granite-lantern-58-heron-meadow-pine';

export const ALL_RIGHTS: readonly Right[] = [{ match: '>', allow: ['subscribe', 'publish', 'history'] }];
export const LISTENING: readonly Right[] = [{ match: '>', allow: ['subscribe'] }];

const SECOND_MS = 1_000;
const DEFAULT_LIFE_MS = 600_000;

interface Claims {
  readonly rights?: readonly Right[];
  /** How long ago it was issued. */
  readonly ageMs?: number;
  /** From now on. */
  readonly lifeMs?: number;
}

/** A real token, signed like an issuer's. */
export function signToken(
  user: string,
  { rights = ALL_RIGHTS, ageMs = 0, lifeMs = DEFAULT_LIFE_MS }: Claims = {},
): Promise<string> {
  const nowMs = Date.now();
  const iat = Math.floor((nowMs - ageMs) / SECOND_MS);
  return new SignJWT({ sub: user, hub: rights, iat, exp: (nowMs + lifeMs) / SECOND_MS })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(Buffer.from(JWT_SECRET));
}
