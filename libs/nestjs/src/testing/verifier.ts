import { TestClock } from '@ws-hub/hub/testing';
import { AUTH_DEFAULTS, type AuthOptions } from '../auth/auth-options.js';
import { JwtVerifier } from '../auth/jwt-verifier.js';
import type { Verified } from '../auth/token-verifier.js';

/** The current Unix second in all tests. */
export const NOW_S = 1_800_000_000;
export const SECRET = 'oak-lamp-river-violin-quartz-72-moss';

/** Claims that are valid at that second. */
export const GOOD = {
  sub: 'ann',
  exp: NOW_S + 3_600,
  iat: NOW_S - 10,
  jti: 'token-1',
  hub: [{ match: 'room.*', allow: ['subscribe', 'publish'] }],
};

export function clockOfTests(): TestClock {
  const clock = new TestClock();
  clock.wallSeconds = NOW_S;
  return clock;
}

/** The result of verifying a token with these options. */
export function verifierWith(options: Partial<AuthOptions>, clock = clockOfTests()) {
  const verifier = new JwtVerifier({ ...AUTH_DEFAULTS, ...options }, clock);
  return (token: string): Promise<Verified> => verifier.verify(token);
}
