import { getConfigToken, registerAs } from '@nestjs/config';
import {
  type Command,
  type ConfigOf,
  choice,
  milliseconds,
  tokenFileOption,
  webSocketUrl,
} from '@ws-hub/config';
import { LOG_LEVELS } from '@ws-hub/logging';

const options = {
  url: {
    variable: 'WS_CLIENT_URL',
    flag: 'url',
    default: 'ws://localhost:8080/ws',
    help: 'URL of the hub; ?channel=NAME selects a channel other than main',
    kind: webSocketUrl(),
  },
  tokenFile: tokenFileOption,
  intervalMs: {
    variable: 'WS_CLIENT_INTERVAL',
    flag: 'interval',
    default: '2000',
    help: 'ms between heartbeats',
    kind: milliseconds(1),
  },
  reconnectDelayMs: {
    variable: 'WS_CLIENT_RECONNECT_DELAY',
    flag: 'reconnect-delay',
    default: '1000',
    help: 'maximum ms before the first reconnect; doubles after each failure, with full jitter',
    kind: milliseconds(1),
  },
  reconnectMaxDelayMs: {
    variable: 'WS_CLIENT_RECONNECT_MAX_DELAY',
    flag: 'reconnect-max-delay',
    default: '30000',
    help: 'maximum ms before any reconnect',
    kind: milliseconds(1),
  },
  silenceTimeoutMs: {
    variable: 'WS_CLIENT_SILENCE_TIMEOUT',
    flag: 'silence-timeout',
    default: '60000',
    help: 'ms without any byte from the hub after which the connection counts as lost',
    kind: milliseconds(1),
  },
  logLevel: {
    variable: 'LOG_LEVEL',
    flag: 'log-level',
    default: 'info',
    help: `minimum log level: ${LOG_LEVELS.join(', ')}`,
    kind: choice(LOG_LEVELS),
  },
};

/** The client's command: every value an operator can set, read once by `main.ts`. */
export const clientCommand: Command<typeof options> = {
  name: 'client',
  summary: 'keeps a connection to a hub, sends heartbeats and logs the messages it receives',
  options,
  conflict: ({ reconnectDelayMs, reconnectMaxDelayMs }) =>
    reconnectDelayMs <= reconnectMaxDelayMs
      ? undefined
      : `WS_CLIENT_RECONNECT_MAX_DELAY (--reconnect-max-delay): "${reconnectMaxDelayMs}" is not allowed; allowed: ` +
        `at least WS_CLIENT_RECONNECT_DELAY (--reconnect-delay), which is ${reconnectDelayMs}`,
};

export type ClientConfig = ConfigOf<typeof options>;

const NAMESPACE = 'client';

/** The token under which the configuration is injected. */
export const CLIENT_CONFIG = getConfigToken(NAMESPACE);

/** Hands a configuration that has been read to ConfigModule; nothing in the application reads flags or variables. */
export function clientConfigLoader(config: ClientConfig) {
  return registerAs(NAMESPACE, () => config);
}
