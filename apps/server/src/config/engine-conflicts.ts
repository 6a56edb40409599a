import { hasCredentials } from '@ws-hub/config';
import { isNatsTls, TLS } from '@ws-hub/jetstream/options';
import type { ServerConfig } from './server.config.js';

/** A key is remembered for two minutes by JetStream only if the message is kept for as long. */
const LEAST_LOG_AGE_MS = 120_000;

/** Names what cannot be together where hubs share a log in NATS, or returns undefined. */
export function engineConflict(config: ServerConfig): string | undefined {
  if (config.natsUrls.length === 0) return undefined;
  return sharedConflict(config) ?? loginConflict(config) ?? tlsConflict(config);
}

function sharedConflict({ hubSecret, logMaxAgeMs }: ServerConfig): string | undefined {
  if (hubSecret === '')
    return 'HUB_SECRET or HUB_SECRET_FILE: must be set, and be the same on all hubs, where NATS_URL is set';
  if (logMaxAgeMs >= LEAST_LOG_AGE_MS) return undefined;
  return `LOG_MAX_AGE (--log-max-age): "${logMaxAgeMs}" is not allowed; allowed: at least ${LEAST_LOG_AGE_MS} where NATS_URL is set`;
}

function loginConflict({ natsUrls, natsUser, natsPassword }: ServerConfig): string | undefined {
  if ((natsUser === '') !== (natsPassword === ''))
    return 'NATS_USER and NATS_PASSWORD (or NATS_PASSWORD_FILE): one is set without the other; allowed: both or neither';
  const logins = new Set(
    natsUrls.map((url) => new URL(url)).map(({ username, password }) => `${username}:${password}`),
  );
  if (logins.size > 1)
    return 'NATS_URL: its URLs name different users; allowed: the same user and password in all';
  if (natsUser !== '' && natsUrls.some(hasCredentials))
    return 'NATS_URL and NATS_USER: both name a user; allowed: one of the two';
  return undefined;
}

function tlsConflict(config: ServerConfig): string | undefined {
  const { natsUrls, natsCaFile, natsCertFile, natsKeyFile } = config;
  const isTls = isNatsTls(config);
  if (!isTls && natsUrls.some((url) => new URL(url).protocol === TLS))
    return 'NATS_URL: nats:// beside tls:// is not allowed; allowed: tls:// for all servers or for none';
  if ((natsCertFile === '') !== (natsKeyFile === ''))
    return 'NATS_CERT_FILE and NATS_KEY_FILE: one is set without the other; allowed: both or neither';
  if (!isTls && natsCaFile + natsCertFile !== '')
    return 'NATS_CA_FILE, NATS_CERT_FILE and NATS_KEY_FILE: only allowed where NATS_URL begins with tls://';
  return undefined;
}
