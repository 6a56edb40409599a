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
const ALGORITHMS_RULE = `words of ${ALGORITHMS.join(', ')} between commas, or empty`;

/** A duration that no timer waits for, so that it may be longer than one can. */
function duration(variable: string, { preset, min, max }: Limit, help: string) {
  const kind = integer(min, max).describe(`milliseconds, a whole number from ${min} to ${max}`);
  return option(variable, String(preset), kind, help);
}

/** What tokens are judged by: of the hub, and of the programs that make or explain tokens. */
export const tokenOptions = {
  jwtSecret: option(
    'JWT_SECRET',
    '',
    secret(),
    'secret that issuer and hub share; verifies tokens of HS256, HS384 and HS512',
  ),
  jwtSecretPrevious: option(
    'JWT_SECRET_PREVIOUS',
    '',
    secret(),
    'former JWT_SECRET, which is still accepted',
  ),
  // No secret, but lines of text that belong in a file.
  jwtPublicKey: option(
    'JWT_PUBLIC_KEY',
    AUTH_DEFAULTS.jwtPublicKey,
    password(),
    "issuer's public key as PEM or JWK, or a JWK set; verifies tokens of RS, PS, ES and EdDSA",
  ),
  jwtJwksUrl: option(
    'JWT_JWKS_URL',
    AUTH_DEFAULTS.jwtJwksUrl,
    text('an https:// URL, or http:// on loopback, or empty'),
    "URL of the issuer's JWK set, in place of JWT_PUBLIC_KEY; needs JWT_ISSUER and JWT_AUDIENCE",
  ),
  jwtIssuer: option(
    'JWT_ISSUER',
    AUTH_DEFAULTS.jwtIssuer,
    text('any text, or empty'),
    'issuer (iss) that tokens must name, empty = any',
  ),
  jwtAudience: option(
    'JWT_AUDIENCE',
    AUTH_DEFAULTS.jwtAudience,
    text('any text, or empty'),
    'audience (aud) that tokens must name, empty = any',
  ),
  jwtAlgorithms: option(
    'JWT_ALGORITHMS',
    AUTH_DEFAULTS.jwtAlgorithms.join(', '),
    list((word) => ALGORITHMS.includes(word), ALGORITHMS_RULE),
    'algorithms that are accepted, between commas, empty = all that fit the keys',
  ),
  jwtClockToleranceMs: duration(
    'JWT_CLOCK_TOLERANCE',
    AUTH_LIMITS.jwtClockToleranceMs,
    "ms by which the issuer's clock may differ",
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
    'URL that judges tokens, in place of keys; without an answer within a second they get 503',
  ),
  authWebhookSecret: option(
    'AUTH_WEBHOOK_SECRET',
    '',
    secret(),
    'signs the requests to AUTH_WEBHOOK_URL, as Standard Webhooks say',
  ),
  authWebhookSecretPrevious: option(
    'AUTH_WEBHOOK_SECRET_PREVIOUS',
    '',
    secret(),
    'former AUTH_WEBHOOK_SECRET, which signs as well',
  ),
};

/** What the hub goes by. */
export const accessOptions = {
  auth: option(
    'AUTH',
    AUTH_DEFAULTS.auth,
    choice(AUTH_MODES),
    'whether clients need a token: off = everybody may do everything, optional = clients without one may do ANONYMOUS_ALLOW, required',
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
    'cookie that carries the token; needs ALLOWED_ORIGINS',
  ),
};

type AccessValues = Omit<ConfigOf<typeof accessOptions>, 'explicit' | 'operands'>;

/** How operators call what the code calls otherwise. */
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

/** What the hub goes by, of what an operator has set. */
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
