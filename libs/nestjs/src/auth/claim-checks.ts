import type { AuthOptions } from './auth-options.js';
import { quoted } from './checked.js';
import type { Claims } from './claims.js';

/** The options that the claims of a token are checked against. */
export type ClaimRules = Pick<
  AuthOptions,
  'jwtIssuer' | 'jwtAudience' | 'jwtClockToleranceMs' | 'jwtMaxLifetimeMs'
>;

/** A check of claims. `fault` returns what is wrong, or undefined. */
export interface ClaimCheck {
  readonly name: string;
  readonly fault: (claims: Claims, rules: ClaimRules, nowS: number) => string | undefined;
}

/** All checks but expiry: a token is reported as expired only if everything else is valid. RFC 7519, section 4.1. */
export const CLAIM_CHECKS: readonly ClaimCheck[] = [
  {
    name: 'issuer',
    fault: ({ iss }, { jwtIssuer }) =>
      jwtIssuer === '' || iss === jwtIssuer
        ? undefined
        : `iss: ${quoted(iss)} is not the issuer that this hub trusts`,
  },
  {
    name: 'audience',
    fault: ({ aud }, { jwtAudience }) =>
      jwtAudience === '' || isAmong(jwtAudience, aud) ? undefined : `aud: ${quoted(aud)} is not this hub`,
  },
  {
    name: 'not before',
    fault: ({ nbf = 0 }, rules, nowS) =>
      nbf <= nowS + toleranceS(rules) ? undefined : 'nbf: the token is not valid yet',
  },
  {
    // It would survive a revocation of all tokens issued before now.
    name: 'issued at',
    fault: ({ iat = 0 }, rules, nowS) =>
      iat <= nowS + toleranceS(rules) ? undefined : 'iat: the token was issued in the future',
  },
  {
    name: 'lifetime',
    fault: ({ exp }, rules, nowS) =>
      exp <= nowS + toleranceS(rules) + rules.jwtMaxLifetimeMs / 1000
        ? undefined
        : `exp: the token expires too late; allowed: within ${rules.jwtMaxLifetimeMs / 1000} seconds`,
  },
];

/** RFC 7519, section 4.1.4: a token is not accepted on or after its expiration time. */
export function isExpired({ exp }: Claims, rules: ClaimRules, nowS: number): boolean {
  return nowS >= exp + toleranceS(rules);
}

function isAmong(audience: string, aud: unknown): boolean {
  return Array.isArray(aud) ? aud.includes(audience) : aud === audience;
}

function toleranceS({ jwtClockToleranceMs }: ClaimRules): number {
  return jwtClockToleranceMs / 1000;
}
