import { isNatsTls } from '@ws-hub/jetstream/options';
import { type HubLogger } from '@ws-hub/nestjs';
import { descriptorLimit } from '@ws-hub/nestjs/gateway';
import { isLoopback } from '../config/loopback.js';
import type { ServerConfig } from '../config/server.config.js';

const PRODUCTION = 'production';

type Logger = Pick<HubLogger, 'warn'>;

/** Tells the operator what will not work as configured, or is open to the world: one line for each. */
export function warnAtStart(logger: Logger, config: ServerConfig): void {
  const descriptors = descriptorLimit();
  if (descriptors !== undefined && descriptors < config.maxConnections) {
    logger.warn(
      { event: 'few_descriptors', limit: descriptors, max_connections: config.maxConnections },
      'fewer file descriptors than MAX_CONNECTIONS: raise "ulimit -n", or lower MAX_CONNECTIONS',
    );
  }
  if (config.hubSecret === '') {
    logger.warn(
      { event: 'random_secret' },
      'sessions end with this process: set HUB_SECRET so that clients keep their identity across restarts',
    );
  }
  if (config.environment === PRODUCTION) warnInProduction(logger, config);
}

function warnInProduction(logger: Logger, config: ServerConfig): void {
  if (config.auth === 'off') {
    logger.warn(
      { event: 'no_authentication' },
      'anyone who reaches the port may connect, publish and listen: set AUTH, or let only trusted clients through',
    );
  }
  if (config.allowedOrigins.length === 0) {
    logger.warn(
      { event: 'all_origins' },
      'any web page may connect: set ALLOWED_ORIGINS if browsers are among the clients',
    );
  }
  if (config.metricsPort !== 0 && !isLoopback(config.metricsHost)) {
    logger.warn(
      { event: 'open_metrics', host: config.metricsHost },
      'anyone who reaches METRICS_HOST can read the metrics: let only Prometheus through',
    );
  }
  if (config.playground === 'true') {
    logger.warn(
      { event: 'open_playground' },
      'anyone who reaches the port can open the playground: unset PLAYGROUND unless that is intended',
    );
  }
  if (config.adminPort !== 0 && config.adminPasswordFile === '') {
    logger.warn(
      { event: 'open_console' },
      'every user and program on this machine can use the console: set ADMIN_PASSWORD_FILE',
    );
  }
  warnOfLimits(logger, config);
  warnOfNats(logger, config);
  if (isLoopback(config.host)) return;
  logger.warn(
    { event: 'plain_http' },
    'without TLS, anyone on the network path can read and change messages: put a TLS proxy in front',
  );
}

function warnOfLimits(logger: Logger, config: ServerConfig): void {
  const off = [
    ['MAX_CONNECTIONS_PER_IP', config.maxConnectionsPerIp],
    ['MAX_CONNECTS_PER_IP_PER_SECOND', config.maxConnectsPerIpPerSecond],
    ['MAX_HTTP_RATE_PER_IP', config.maxHttpRatePerIp],
    ['MAX_MESSAGE_RATE', config.maxMessageRate],
    ['MAX_BYTE_RATE', config.maxByteRate],
    ['MAX_REQUEST_RATE', config.maxRequestRate],
  ].flatMap(([variable, limit]) => (limit === 0 ? [variable] : []));
  if (off.length > 0)
    logger.warn(
      { event: 'no_limits', variables: off },
      'a single address or client can use up all resources',
    );
  if (config.trustedProxies.length === 0) {
    logger.warn(
      { event: 'no_proxies' },
      'behind a proxy, all clients share its address: limits per address need TRUSTED_PROXIES',
    );
  }
}

/** For NATS on another machine: on this one there is no network path to protect. */
function warnOfNats(logger: Logger, config: ServerConfig): void {
  const urls = config.natsUrls.map((url) => new URL(url));
  if (urls.every(({ hostname }) => isLoopback(hostname.replace(/^\[|\]$/g, '')))) return;
  if (!isNatsTls(config)) {
    logger.warn(
      { event: 'plain_nats' },
      'without TLS to NATS, anyone on the network path can read and change messages: use tls:// in NATS_URL',
    );
  }
  const hasLogin = urls.some(({ username }) => username !== '') || config.natsUser !== '';
  if (!hasLogin && config.natsCredentialsFile + config.natsCertFile === '') {
    logger.warn(
      { event: 'open_nats' },
      'the hub connects to NATS without credentials: set NATS_CREDENTIALS_FILE, or NATS_USER and NATS_PASSWORD_FILE',
    );
  }
}
