import { getConfigToken, registerAs } from '@nestjs/config';
import { type Command, type ConfigOf, choice, integer, milliseconds, text } from '@ws-hub/config';
import { LOG_LEVELS } from '@ws-hub/logging';

const options = {
  port: {
    variable: 'PORT',
    flag: 'port',
    default: '8080',
    help: 'TCP port of the hub, 0 takes a free one',
    kind: integer(0, 65535),
  },
  host: {
    variable: 'HOST',
    flag: 'host',
    default: '',
    help: 'address to listen on, empty = all, IPv4 and IPv6',
    kind: text('an address or host name of this machine, or empty'),
  },
  logLevel: {
    variable: 'LOG_LEVEL',
    flag: 'log-level',
    default: 'info',
    help: `least level that is logged: ${LOG_LEVELS.join(', ')}`,
    kind: choice(LOG_LEVELS),
  },
  flushIntervalMs: {
    variable: 'FLUSH_INTERVAL_MS',
    flag: 'flush-interval-ms',
    default: '2',
    help: 'least ms between two flushes of what was said, 0 = every turn of the event loop',
    kind: integer(0, 1_000),
  },
  pingIntervalMs: {
    variable: 'PING_INTERVAL',
    flag: 'ping-interval',
    default: '25000',
    help: 'ms between two pings to a client, ± 20 %',
    kind: milliseconds(100),
  },
  pingTimeoutMs: {
    variable: 'PING_TIMEOUT',
    flag: 'ping-timeout',
    default: '10000',
    help: 'ms that a client has to answer a ping with any byte',
    kind: milliseconds(100),
  },
};

/** The server's command: every value an operator can set, read once by `main.ts`. */
export const serverCommand: Command<typeof options> = {
  name: 'server',
  summary: 'starts the hub',
  options,
};

export type ServerConfig = ConfigOf<typeof options>;

const NAMESPACE = 'server';

/** The token under which the configuration is injected. */
export const SERVER_CONFIG = getConfigToken(NAMESPACE);

/** Hands a configuration that has been read to ConfigModule; nothing in the application reads flags or variables. */
export function serverConfigLoader(config: ServerConfig) {
  return registerAs(NAMESPACE, () => config);
}
