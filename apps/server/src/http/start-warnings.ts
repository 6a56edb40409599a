import { readFileSync } from 'node:fs';
import type { PinoLogger } from 'nestjs-pino';
import type { ServerConfig } from '../config/server.config.js';

const PRODUCTION = 'production';
const LIMITS_FILE = '/proc/self/limits';

/** Tells the operator what will not work as configured, or is open to the world. */
export function warnAtStart(logger: Pick<PinoLogger, 'warn'>, config: ServerConfig): void {
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
      'sessions end with this process: set HUB_SECRET, so that clients are who they were after a restart',
    );
  }
  if (config.environment === PRODUCTION && config.allowedOrigins.length === 0) {
    logger.warn(
      { event: 'all_origins' },
      'any web page may connect: set ALLOWED_ORIGINS if browsers are among the clients',
    );
  }
}

/** How many files this process may have open; undefined where the system does not tell. */
function descriptorLimit(): number | undefined {
  try {
    const [, soft] = readFileSync(LIMITS_FILE, 'utf8').match(/^Max open files\s+(\d+)/m) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    // Only Linux has this file; elsewhere there is nothing to compare with.
    return undefined;
  }
}
