import {
  HUB_DEFAULTS,
  HUB_LIMITS,
  type HubOptions,
  type Limit,
  LOG_DEFAULTS,
  LOG_LIMITS,
  type LogFactory,
  type MemoryLogOptions,
} from '@ws-hub/hub';
import { authConflict } from './auth/auth-conflicts.js';
import {
  AUTH_DEFAULTS,
  AUTH_LIMITS,
  AUTH_LISTS,
  AUTH_MODES,
  AUTH_TEXTS,
  type AuthOptions,
} from './auth/auth-options.js';
import { readRights } from './auth/claims.js';
import {
  CLIENT_ID,
  CLIENT_ID_RULE,
  GATEWAY_DEFAULTS,
  GATEWAY_LIMITS,
  type GatewayOptions,
  isNamedNetwork,
  isNetwork,
  isOrigin,
} from './gateway/gateway-options.js';
import { HANDLER_DEFAULTS, HANDLER_LIMITS, type HandlerOptions } from './handlers/handler-options.js';
import { HTTP_DEFAULTS, HTTP_LIMITS, type HttpOptions } from './http/http-options.js';
import {
  isWebhookEvent,
  WEBHOOK_DEFAULTS,
  WEBHOOK_EVENT_RULE,
  type WebhookOptions,
  webhookConflict,
} from './webhooks/webhook-options.js';

/** What a user of the module may set; all of it has a default. */
export type HubModuleOptions = Partial<ResolvedOptions>;

/** All options, wherever they were set. */
export interface ResolvedOptions
  extends HubOptions,
    GatewayOptions,
    AuthOptions,
    HandlerOptions,
    HttpOptions,
    WebhookOptions,
    MemoryLogOptions {
  /** The log, such as `jetStreamLog()` of @ws-hub/jetstream makes it; one in memory, with the options above, by default. */
  readonly log?: LogFactory;
  /** The client id of what the application itself publishes. */
  readonly applicationId: string;
}

const LEAST_SECRET_BYTES = 32;
const SECRET_RULE = `at least ${LEAST_SECRET_BYTES} bytes that nobody can guess, or empty`;
const LIMITS: Readonly<Record<string, Limit>> = {
  ...HUB_LIMITS,
  ...LOG_LIMITS,
  ...GATEWAY_LIMITS,
  ...AUTH_LIMITS,
  ...HANDLER_LIMITS,
  ...HTTP_LIMITS,
};
const UNITS = { bytes: 'bytes, ', milliseconds: 'milliseconds, ', count: '' };

interface Rule {
  readonly isAllowed: (value: unknown) => boolean;
  readonly allowed: string;
  readonly isSecret?: boolean;
}

/** What the options may be that are no numbers. */
const RULES: Readonly<Record<string, Rule>> = {
  path: {
    isAllowed: (value) => typeof value === 'string' && /^\/[!-~]*$/.test(value) && !/[?#]/.test(value),
    allowed: 'a path that begins with / and has neither ? nor #',
  },
  applicationId: {
    isAllowed: (value) => typeof value === 'string' && CLIENT_ID.test(value),
    allowed: CLIENT_ID_RULE,
  },
  hubSecret: {
    isAllowed: isSecret,
    allowed: SECRET_RULE,
    isSecret: true,
  },
  hubSecretPrevious: {
    isAllowed: isSecret,
    allowed: SECRET_RULE,
    isSecret: true,
  },
  auth: {
    isAllowed: (value) => AUTH_MODES.some((mode) => mode === value),
    allowed: `one of ${AUTH_MODES.join(', ')}`,
  },
  anonymousAllow: {
    isAllowed: (value) => readRights(value).fault === undefined,
    allowed: 'a list of at most 100 { match, allow }',
  },
  // Any of these may have a secret in it.
  ...rulesOf(AUTH_TEXTS, {
    isAllowed: (value) => typeof value === 'string',
    allowed: 'text',
    isSecret: true,
  }),
  ...rulesOf(AUTH_LISTS, { ...listOf(() => true, 'a list of texts'), isSecret: true }),
  allowedOrigins: listOf(isOrigin, 'a list of origins such as https://example.org'),
  httpCorsOrigins: listOf(isOrigin, 'a list of origins such as https://example.org'),
  apiKeysFile: { isAllowed: (value) => typeof value === 'string', allowed: 'the path of a file, or empty' },
  webhookUrl: { isAllowed: (value) => typeof value === 'string', allowed: 'text', isSecret: true },
  webhookSecrets: { ...listOf(() => true, 'a list of texts'), isSecret: true },
  webhookEvents: listOf(isWebhookEvent, `a list of ${WEBHOOK_EVENT_RULE}`),
  trustedProxies: listOf(isNetwork, 'a list of IP addresses or CIDR networks'),
  unlimitedNetworks: listOf(
    isNamedNetwork,
    'a list of loopback, private, link-local, none, IP addresses or CIDR networks',
  ),
};

/** Each row: the first value may not be greater than the second. */
const ASCENDING = [['maxQueuedBytes', 'maxTotalQueuedBytes']] as const;

/**
 * Fills in the defaults. What is undefined counts as not set; what the module does not know stays as it is.
 *
 * @throws Error naming the option, its value and what is allowed
 */
export function resolveOptions(given: HubModuleOptions): ResolvedOptions {
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const options: ResolvedOptions = {
    ...HUB_DEFAULTS,
    ...LOG_DEFAULTS,
    ...GATEWAY_DEFAULTS,
    ...AUTH_DEFAULTS,
    ...HANDLER_DEFAULTS,
    ...HTTP_DEFAULTS,
    ...WEBHOOK_DEFAULTS,
    applicationId: 'application',
    ...set,
  };
  for (const [name, value] of Object.entries(options)) check(name, value);
  for (const [low, high] of ASCENDING)
    if (options[low] > options[high])
      throw optionError(high, options[high], `at least ${low}, which is ${options[low]}`);
  // Whether anything judges tokens is known where the verifier is made.
  const conflict = authConflict(options, { hasVerifier: true }) ?? webhookConflict(options);
  if (conflict !== undefined) throw new Error(`HubModule: ${conflict}`);
  return options;
}

function rulesOf(names: readonly string[], rule: Rule): Record<string, Rule> {
  return Object.fromEntries(names.map((name) => [name, rule]));
}

function check(name: string, value: unknown): void {
  const limit = LIMITS[name];
  const rule = limit === undefined ? RULES[name] : ruleOf(limit);
  if (rule === undefined || rule.isAllowed(value)) return;
  throw optionError(name, rule.isSecret ? undefined : value, rule.allowed);
}

function isSecret(value: unknown): boolean {
  return typeof value === 'string' && (value === '' || Buffer.byteLength(value) >= LEAST_SECRET_BYTES);
}

function ruleOf({ min, max, unit }: Limit): Rule {
  return {
    isAllowed: (value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max,
    allowed: `${UNITS[unit]}a whole number from ${min} to ${max}`,
  };
}

function listOf(isAllowed: (item: string) => boolean, allowed: string): Rule {
  return {
    isAllowed: (value) =>
      Array.isArray(value) && value.every((item) => typeof item === 'string' && isAllowed(item)),
    allowed,
  };
}

/** @param value undefined for what may not be shown */
function optionError(name: string, value: unknown, allowed: string): Error {
  const shown = value === undefined ? 'this value' : JSON.stringify(value);
  return new Error(`HubModule: ${name}: ${shown} is not allowed; allowed: ${allowed}`);
}
