import type { AuthOptions } from './auth-options.js';
import { quoted } from './checked.js';
import type { Claims } from './claims.js';

/** What the claims of a token are held against. */
export type ClaimRules = Pick<
  AuthOptions,
  'jwtIssuer' | 'jwtAudience' | 'jwtClockToleranceMs' | 'jwtMaxLifetimeMs'
>;

/** A check of claims; `fault` says what is wrong, or returns undefined. */
export interface ClaimCheck {
  readonly name: string;
  readonly fault: (claims: Claims, rules: ClaimRules, nowS: number) => string | undefined;
}

/** Everything besides expiry, which is said only of a token that is right in all else. RFC 7519, section 4.1. */
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
    // It would outlive the revocation of all that were issued before now.
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
