import { getConfigToken, registerAs } from '@nestjs/config';
import { accessConflict, accessOptions } from '@ws-hub/access-config';
import { type Command, type ConfigOf, choice, integer, option, secret, text } from '@ws-hub/config';
import { LOG_LEVELS } from '@ws-hub/logging';
import { adminConflict, adminOptions } from './admin.js';
import { engineOptions } from './engine.js';
import { engineConflict } from './engine-conflicts.js';
import { httpOptions } from './http.js';
import { limitOptions } from './limits.js';
import { telemetryOptions } from './telemetry.js';
import { webhookConflictOf, webhookOptions } from './webhooks.js';

const options = {
  port: option('PORT', '8080', integer(0, 65_535), 'TCP port of the hub, 0 picks a free port'),
  host: option(
    'HOST',
    '',
    text('an address or host name of this machine, or empty'),
    'address to listen on; empty = all IPv4 and IPv6 addresses',
  ),
  logLevel: option('LOG_LEVEL', 'info', choice(LOG_LEVELS), `minimum log level: ${LOG_LEVELS.join(', ')}`),
  metricsPort: option('METRICS_PORT', '9464', integer(0, 65_535), 'TCP port of /metrics, 0 = off'),
  metricsHost: option(
    'METRICS_HOST',
    '127.0.0.1',
    text('an address or host name of this machine'),
    'address that serves /metrics',
  ),
  hubSecret: option(
    'HUB_SECRET',
    '',
    secret(),
    'secret that signs hub.v1 sessions; must be the same on all hubs that share clients; empty = a new random one at each start',
  ),
  hubSecretPrevious: option(
    'HUB_SECRET_PREVIOUS',
    '',
    secret(),
    'previous HUB_SECRET, still accepted during a rotation: in sessions and in entries that hubs wrote to NATS',
  ),
  environment: option(
    'NODE_ENV',
    '',
    text('any word'),
    'production = log a warning for every setting that leaves the hub open',
  ),
  ...accessOptions,
  ...httpOptions,
  ...webhookOptions,
  ...adminOptions,
  ...engineOptions,
  ...telemetryOptions,
  ...limitOptions,
};

/** The server's command: every value an operator can set, read once by `main.ts`. */
export const serverCommand: Command<typeof options> = {
  name: 'server',
  summary: 'starts the hub',
  options,
  conflict: (config) =>
    pairThatCannotBe(config) ??
    secretConflict(config) ??
    accessConflict(config) ??
    webhookConflictOf(config) ??
    adminConflict(config) ??
    engineConflict(config),
};

export type ServerConfig = ConfigOf<typeof options>;

/** Each row: the first value may not be greater than the second. */
const ASCENDING = [
  ['headersTimeoutMs', 'requestTimeoutMs'],
  ['maxQueuedBytes', 'maxTotalQueuedBytes'],
] as const;

function pairThatCannotBe(config: ServerConfig): string | undefined {
  const pair = ASCENDING.find(([low, high]) => config[low] > config[high]);
  if (pair === undefined) return undefined;
  const [low, high] = pair.map((name) => ({ ...options[name], value: config[name] }));
  return (
    `${high?.variable} (--${high?.flag}): "${high?.value}" is not allowed; allowed: at least ` +
    `${low?.variable} (--${low?.flag}), which is ${low?.value}`
  );
}

function secretConflict({ hubSecret, hubSecretPrevious }: ServerConfig): string | undefined {
  if (hubSecretPrevious === '' || hubSecret !== '') return undefined;
  return 'HUB_SECRET_PREVIOUS or HUB_SECRET_PREVIOUS_FILE: set without HUB_SECRET; allowed: both or neither';
}

const NAMESPACE = 'server';

/** The token under which the configuration is injected. */
export const SERVER_CONFIG = getConfigToken(NAMESPACE);

/** Hands a configuration that has been read to ConfigModule; nothing in the application reads flags or variables. */
export function serverConfigLoader(config: ServerConfig) {
  return registerAs(NAMESPACE, () => config);
}
