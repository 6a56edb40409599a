import { type ConfigOf, choice, integer, list, option, password, secret, text } from '@ws-hub/config';
import type { Limit } from '@ws-hub/hub';
import {
  ALLOW_LIST_RULE,
  AUTH_DEFAULTS,
  AUTH_LIMITS,
  AUTH_MODES,
  type AuthConfig,
  type AuthOptions,
  authConflict,
  isAllowList,
  PUBLIC_ALGORITHMS,
  parseAllow,
  SECRET_ALGORITHMS,
} from '@ws-hub/nestjs/auth';

const ALGORITHMS = [...SECRET_ALGORITHMS, ...PUBLIC_ALGORITHMS];
const ALGORITHMS_RULE = `any of ${ALGORITHMS.join(', ')}, comma-separated, or empty`;

/** A duration that no timer waits for, so it may exceed the maximum of timers. */
function duration(variable: string, { preset, min, max }: Limit, help: string) {
  const kind = integer(min, max).describe(`milliseconds, a whole number from ${min} to ${max}`);
  return option(variable, String(preset), kind, help);
}

/** Options for verifying tokens: of the hub, and of the programs that make or check tokens. */
export const tokenOptions = {
  jwtSecret: option(
    'JWT_SECRET',
    '',
    secret(),
    'secret shared by issuer and hub; verifies HS256, HS384 and HS512 tokens',
  ),
  jwtSecretPrevious: option('JWT_SECRET_PREVIOUS', '', secret(), 'previous JWT_SECRET, still accepted'),
  // Not a secret, but multi-line text that belongs in a file.
  jwtPublicKey: option(
    'JWT_PUBLIC_KEY',
    AUTH_DEFAULTS.jwtPublicKey,
    password(),
    'public key of the issuer as PEM, JWK or JWK set; verifies RS, PS, ES and EdDSA tokens',
  ),
  jwtJwksUrl: option(
    'JWT_JWKS_URL',
    AUTH_DEFAULTS.jwtJwksUrl,
    text('an https:// URL, or http:// on loopback, or empty'),
    "URL of the issuer's JWK set, instead of JWT_PUBLIC_KEY; requires JWT_ISSUER and JWT_AUDIENCE",
  ),
  jwtIssuer: option(
    'JWT_ISSUER',
    AUTH_DEFAULTS.jwtIssuer,
    text('any text, or empty'),
    'required issuer (iss) of tokens; empty = any',
  ),
  jwtAudience: option(
    'JWT_AUDIENCE',
    AUTH_DEFAULTS.jwtAudience,
    text('any text, or empty'),
    'required audience (aud) of tokens; empty = any',
  ),
  jwtAlgorithms: option(
    'JWT_ALGORITHMS',
    AUTH_DEFAULTS.jwtAlgorithms.join(', '),
    list((word) => ALGORITHMS.includes(word), ALGORITHMS_RULE),
    'accepted algorithms, comma-separated; empty = all that fit the keys',
  ),
  jwtClockToleranceMs: duration(
    'JWT_CLOCK_TOLERANCE',
    AUTH_LIMITS.jwtClockToleranceMs,
    'ms of clock skew tolerated between issuer and hub',
  ),
  jwtMaxLifetimeMs: duration(
    'JWT_MAX_LIFETIME',
    AUTH_LIMITS.jwtMaxLifetimeMs,
    'ms from now within which a token must expire',
  ),
  authWebhookUrl: option(
    'AUTH_WEBHOOK_URL',
    AUTH_DEFAULTS.authWebhookUrl,
    text('an https:// URL, or http:// on loopback, or empty'),
    'URL of a webhook that validates tokens, instead of keys; without an answer within a second, clients get 503',
  ),
  authWebhookSecret: option(
    'AUTH_WEBHOOK_SECRET',
    '',
    secret(),
    'secret that signs requests to AUTH_WEBHOOK_URL, as in Standard Webhooks',
  ),
  authWebhookSecretPrevious: option(
    'AUTH_WEBHOOK_SECRET_PREVIOUS',
    '',
    secret(),
    'previous AUTH_WEBHOOK_SECRET, which also signs',
  ),
};

/** The hub's access options. */
export const accessOptions = {
  auth: option(
    'AUTH',
    AUTH_DEFAULTS.auth,
    choice(AUTH_MODES),
    'whether clients need a token: off = every client may do everything, optional = clients without a token have the rights of ANONYMOUS_ALLOW, required',
  ),
  anonymousAllow: option(
    'ANONYMOUS_ALLOW',
    '',
    text(ALLOW_LIST_RULE).refine(isAllowList).transform(parseAllow).describe(ALLOW_LIST_RULE),
    'rights of clients without a token, such as subscribe:public.>, publish:lobby; only with AUTH=optional',
  ),
  ...tokenOptions,
  authCookie: option(
    'AUTH_COOKIE',
    AUTH_DEFAULTS.authCookie,
    text('the name of a cookie, or empty'),
    'name of the cookie that carries the token; requires ALLOWED_ORIGINS',
  ),
};

type AccessValues = Omit<ConfigOf<typeof accessOptions>, 'explicit' | 'operands'>;

/** The operator's names of the options. */
const NAMES: Readonly<Record<keyof AuthConfig, string>> = {
  auth: 'AUTH (--auth)',
  anonymousAllow: 'ANONYMOUS_ALLOW (--anonymous-allow)',
  jwtSecrets: 'JWT_SECRET (or JWT_SECRET_FILE)',
  jwtPublicKey: 'JWT_PUBLIC_KEY (or JWT_PUBLIC_KEY_FILE)',
  jwtJwksUrl: 'JWT_JWKS_URL (--jwt-jwks-url)',
  jwtIssuer: 'JWT_ISSUER (--jwt-issuer)',
  jwtAudience: 'JWT_AUDIENCE (--jwt-audience)',
  jwtAlgorithms: 'JWT_ALGORITHMS (--jwt-algorithms)',
  jwtClockToleranceMs: 'JWT_CLOCK_TOLERANCE (--jwt-clock-tolerance)',
  jwtMaxLifetimeMs: 'JWT_MAX_LIFETIME (--jwt-max-lifetime)',
  authCookie: 'AUTH_COOKIE (--auth-cookie)',
  authWebhookUrl: 'AUTH_WEBHOOK_URL (--auth-webhook-url)',
  authWebhookSecrets: 'AUTH_WEBHOOK_SECRET (or AUTH_WEBHOOK_SECRET_FILE)',
  allowedOrigins: 'ALLOWED_ORIGINS (--allowed-origins)',
};

/** The hub's options, from the values that an operator has set. */
export function authOptionsOf(config: AccessValues): AuthOptions {
  const { jwtSecret, jwtSecretPrevious, authWebhookSecret, authWebhookSecretPrevious, ...same } = config;
  return {
    ...same,
    jwtSecrets: [jwtSecret, jwtSecretPrevious].filter((each) => each !== ''),
    authWebhookSecrets: [authWebhookSecret, authWebhookSecretPrevious].filter((each) => each !== ''),
  };
}

/** Names an impossible combination by its variables, or returns undefined. */
export function accessConflict(
  config: AccessValues & Pick<AuthConfig, 'allowedOrigins'>,
): string | undefined {
  const former = formerWithoutCurrent(config);
  if (former !== undefined) return former;
  const { allowedOrigins } = config;
  return authConflict({ ...authOptionsOf(config), allowedOrigins }, { nameOf: (name) => NAMES[name] });
}

function formerWithoutCurrent(config: AccessValues): string | undefined {
  const pair = (
    [
      ['jwtSecretPrevious', 'jwtSecret'],
      ['authWebhookSecretPrevious', 'authWebhookSecret'],
    ] as const
  ).find(([former, current]) => config[former] !== '' && config[current] === '');
  if (pair === undefined) return undefined;
  const [former, current] = pair.map((name) => accessOptions[name].variable);
  return `${former}: only allowed where ${current} is set`;
}
