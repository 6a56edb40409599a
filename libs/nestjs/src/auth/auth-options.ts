import { milliseconds, presetsOf } from '@ws-hub/hub';
import type { Right } from '@ws-hub/protocol';

const DAY_MS = 86_400_000;

/** The options of access that are numbers; their descriptions are in the server's `--help`, or here. */
export const AUTH_LIMITS = {
  jwtClockToleranceMs: milliseconds(5_000, 0, 600_000),
  /** A token that expires later than this from now is refused; so long a revocation is kept. */
  jwtMaxLifetimeMs: milliseconds(366 * DAY_MS, 1_000, 390 * DAY_MS),
};

export const AUTH_MODES = ['off', 'optional', 'required'] as const;

/** The token under which `AuthOptions` are injected. */
export const AUTH_OPTIONS = Symbol('AUTH_OPTIONS');

/** What the token authorizer goes by. */
export interface AuthOptions extends Readonly<Record<keyof typeof AUTH_LIMITS, number>> {
  /** `off`: every client may do everything; `optional`: clients without a token have the rights of `anonymousAllow`. */
  readonly auth: (typeof AUTH_MODES)[number];
  readonly anonymousAllow: readonly Right[];
  /** Of tokens signed with HS256, HS384 or HS512: the current one and former ones, at least 32 bytes each. */
  readonly jwtSecrets: readonly string[];
  /** A PEM public key, a JWK or a key set, as text; empty for none. */
  readonly jwtPublicKey: string;
  /** Where a key set is fetched: https, or http on loopback; empty for none. */
  readonly jwtJwksUrl: string;
  /** Empty for any; required with a key set. */
  readonly jwtIssuer: string;
  readonly jwtAudience: string;
  /** None: those that fit the keys. */
  readonly jwtAlgorithms: readonly string[];
  /** The cookie that carries the token; empty for none. */
  readonly authCookie: string;
  /** Who judges tokens in place of keys; empty for none. */
  readonly authWebhookUrl: string;
  /** What requests to it are signed with, the current one first. */
  readonly authWebhookSecrets: readonly string[];
}

export const AUTH_DEFAULTS: AuthOptions = {
  ...presetsOf(AUTH_LIMITS),
  auth: 'off',
  anonymousAllow: [],
  jwtSecrets: [],
  jwtPublicKey: '',
  jwtJwksUrl: '',
  jwtIssuer: '',
  jwtAudience: '',
  jwtAlgorithms: [],
  authCookie: '',
  authWebhookUrl: '',
  authWebhookSecrets: [],
};

/** Options of access that are texts, whatever is in them; `authConflict` looks at that. */
export const AUTH_TEXTS = [
  'jwtPublicKey',
  'jwtJwksUrl',
  'jwtIssuer',
  'jwtAudience',
  'authCookie',
  'authWebhookUrl',
] as const satisfies readonly (keyof AuthOptions)[];

/** Those that are lists of texts. */
export const AUTH_LISTS = [
  'jwtSecrets',
  'jwtAlgorithms',
  'authWebhookSecrets',
] as const satisfies readonly (keyof AuthOptions)[];
