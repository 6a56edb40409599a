import type { AuthOptions } from './auth-options.js';
import { acceptedAlgorithms } from './jwt-verifier.js';
import { KeyError, readPublicKeys } from './public-keys.js';
import { isSecureUrl, SECURE_URL_RULE } from './secure-url.js';

const MIN_SECRET_BYTES = 32;
/** RFC 6265, section 4.1.1. */
const COOKIE_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,64}$/;

/** All options that are checked together. */
export type AuthConfig = AuthOptions & { readonly allowedOrigins: readonly string[] };

/** Maps an option to the name that the operator used: the option itself, its variable or its flag. */
export type NameOf = (option: keyof AuthConfig) => string;

type Rule = (config: AuthConfig, nameOf: NameOf) => string | undefined;

export interface AuthConflictSettings {
  readonly nameOf?: NameOf;
  /** The application provides its own `TokenVerifier`, so keys and webhook are optional. */
  readonly hasVerifier?: boolean;
}

/**
 * Names an invalid option or combination of options, without revealing secrets or keys. Returns undefined if there is
 * none.
 */
export function authConflict(config: AuthConfig, settings: AuthConflictSettings = {}): string | undefined {
  const { nameOf = (option) => option, hasVerifier = false } = settings;
  const rules = hasVerifier ? RULES : [nobodyJudges, ...RULES];
  for (const rule of rules) {
    const conflict = rule(config, nameOf);
    if (conflict !== undefined) return conflict;
  }
  return undefined;
}

/** In order: invalid options come before invalid combinations. */
const RULES: readonly Rule[] = [
  secretTooShort,
  urlNotSecure,
  keyUnreadable,
  cookieUnsafe,
  twoJudges,
  twoKeySources,
  keySetOfAnybody,
  webhookUnsigned,
  algorithmWithoutKey,
  anonymousIgnored,
];

const KEYS = ['jwtSecrets', 'jwtPublicKey', 'jwtJwksUrl'] as const;

function nobodyJudges(config: AuthConfig, nameOf: NameOf): string | undefined {
  if (config.auth === 'off' || keysIn(config).length > 0 || config.authWebhookUrl !== '') return undefined;
  const allowed = [...KEYS, 'authWebhookUrl' as const].map(nameOf).join(', ');
  return `${nameOf('auth')}: "${config.auth}" is not allowed alone; allowed: with one of ${allowed}`;
}

function secretTooShort(config: AuthConfig, nameOf: NameOf): string | undefined {
  const option = (['jwtSecrets', 'authWebhookSecrets'] as const).find((name) =>
    config[name].some((secret) => Buffer.byteLength(secret) < MIN_SECRET_BYTES),
  );
  return (
    option && `${nameOf(option)}: this value is not allowed; allowed: at least ${MIN_SECRET_BYTES} bytes`
  );
}

function urlNotSecure(config: AuthConfig, nameOf: NameOf): string | undefined {
  const option = (['jwtJwksUrl', 'authWebhookUrl'] as const).find(
    (name) => config[name] !== '' && !isSecureUrl(config[name]),
  );
  // The URL may contain a password.
  return option && `${nameOf(option)}: this value is not allowed; allowed: ${SECURE_URL_RULE}`;
}

function keyUnreadable({ jwtPublicKey }: AuthConfig, nameOf: NameOf): string | undefined {
  if (jwtPublicKey === '') return undefined;
  try {
    readPublicKeys(jwtPublicKey);
    return undefined;
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    return `${nameOf('jwtPublicKey')}: this value is not allowed (${error.message}); allowed: a PEM public key, a JWK or a key set`;
  }
}

/** A browser sends its cookies with handshakes from any page. */
function cookieUnsafe({ authCookie, allowedOrigins }: AuthConfig, nameOf: NameOf): string | undefined {
  if (authCookie === '') return undefined;
  if (!COOKIE_NAME.test(authCookie))
    return `${nameOf('authCookie')}: ${JSON.stringify(authCookie)} is not allowed; allowed: the name of a cookie, 1-64 characters`;
  if (allowedOrigins.length > 0) return undefined;
  return `${nameOf('authCookie')}: only allowed where ${nameOf('allowedOrigins')} says which pages may connect`;
}

function twoJudges(config: AuthConfig, nameOf: NameOf): string | undefined {
  const [key] = keysIn(config);
  if (config.authWebhookUrl === '' || key === undefined) return undefined;
  return `${nameOf('authWebhookUrl')} and ${nameOf(key)}: both are set; allowed: one of the two`;
}

function twoKeySources({ jwtPublicKey, jwtJwksUrl }: AuthConfig, nameOf: NameOf): string | undefined {
  if (jwtPublicKey === '' || jwtJwksUrl === '') return undefined;
  return `${nameOf('jwtPublicKey')} and ${nameOf('jwtJwksUrl')}: both are set; allowed: one of the two`;
}

/** An issuer signs tokens for many services with the same keys. */
function keySetOfAnybody(config: AuthConfig, nameOf: NameOf): string | undefined {
  if (config.jwtJwksUrl === '') return undefined;
  const option = (['jwtIssuer', 'jwtAudience'] as const).find((name) => config[name] === '');
  return option && `${nameOf(option)}: must be set where ${nameOf('jwtJwksUrl')} is set`;
}

function webhookUnsigned(config: AuthConfig, nameOf: NameOf): string | undefined {
  if (config.authWebhookUrl === '' || config.authWebhookSecrets.length > 0) return undefined;
  return `${nameOf('authWebhookSecrets')}: must be set where ${nameOf('authWebhookUrl')} is set`;
}

/** Applies without any key as well: an operator that lists algorithms expects the list to matter. */
function algorithmWithoutKey(config: AuthConfig, nameOf: NameOf): string | undefined {
  const given = config.jwtPublicKey === '' ? [] : readPublicKeys(config.jwtPublicKey);
  const fitting = acceptedAlgorithms({ ...config, jwtAlgorithms: [] }, given);
  const misfit = config.jwtAlgorithms.find((each) => !fitting.includes(each));
  if (misfit === undefined) return undefined;
  const allowed = [...new Set(fitting)].join(', ') || `none without ${KEYS.map(nameOf).join(', ')}`;
  return `${nameOf('jwtAlgorithms')}: "${misfit}" fits no key; allowed: ${allowed}`;
}

/** With `off`, every client may do everything and this option has no effect. */
function anonymousIgnored({ auth, anonymousAllow }: AuthConfig, nameOf: NameOf): string | undefined {
  if (anonymousAllow.length === 0 || auth === 'optional') return undefined;
  return `${nameOf('anonymousAllow')}: only allowed where ${nameOf('auth')} is optional`;
}

function keysIn(config: AuthConfig): readonly (typeof KEYS)[number][] {
  return KEYS.filter((name) => config[name].length > 0);
}
