import { readFileSync } from 'node:fs';
import {
  checkServerIdentity,
  createSecureContext,
  type PeerCertificate,
  type SecureContextOptions,
} from 'node:tls';
import type { TlsOptions } from '@nats-io/transport-node';
import { LogStartError } from '@ws-hub/hub';
import { isNatsTls, type JetStreamOptions } from './options.js';

/** The options of NATS's client, and those that it passes on to Node but does not declare. */
type NatsTls = TlsOptions & { checkServerIdentity: typeof checkServerIdentity };

/** The TLS files: variable and flag, and names in Node's options and in the configuration. */
const FILES = [
  { name: 'NATS_CA_FILE (--nats-ca-file)', as: 'ca', file: 'natsCaFile' },
  { name: 'NATS_CERT_FILE (--nats-cert-file)', as: 'cert', file: 'natsCertFile' },
  { name: 'NATS_KEY_FILE (--nats-key-file)', as: 'key', file: 'natsKeyFile' },
] as const;

/** RFC 7468: the first line of each part of a file of certificates or keys. */
const PEM = /^-----BEGIN [A-Z ]+-----$/m;

/**
 * The TLS options for NATS; undefined if the URLs do not require TLS.
 *
 * With them NATS's client sends nothing to a server that does not offer TLS.
 *
 * @throws LogStartError if a file cannot be used
 */
export function natsTls(config: JetStreamOptions): NatsTls | undefined {
  if (!isNatsTls(config)) return undefined;
  const given = FILES.filter(({ file }) => config[file] !== '');
  checkTogether(Object.fromEntries(given.map(({ name, as, file }) => [as, readPem(name, config[file])])));
  return {
    // NATS's client reads the files again for each connection, so that new certificates need no restart.
    ...Object.fromEntries(given.map(({ as, file }) => [`${as}File`, config[file]])),
    checkServerIdentity: identityCheck(config.natsUrls),
  };
}

function readPem(name: string, path: string): string {
  const text = readText(name, path);
  if (PEM.test(text)) return text;
  throw new LogStartError(`${name}: "${path}" is not allowed; allowed: a PEM file, or empty`);
}

function readText(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new LogStartError(`${name}: "${path}" cannot be read (${code}); allowed: a PEM file, or empty`);
  }
}

function checkTogether(files: SecureContextOptions): void {
  try {
    createSecureContext(files);
  } catch (error) {
    throw new LogStartError(
      `NATS_CA_FILE, NATS_CERT_FILE, NATS_KEY_FILE: cannot be used (${(error as Error).message}); ` +
        'allowed: certificates, and a key that belongs to them',
    );
  }
}

/**
 * A certificate must match one of the configured servers. For a server that is given by its address, NATS's client does
 * not pass the name to Node, which would then accept any certificate for "localhost".
 */
function identityCheck(urls: readonly string[]): typeof checkServerIdentity {
  const hosts = urls.map((url) => new URL(url).hostname.replace(/^\[|\]$/g, ''));
  return (_host: string, certificate: PeerCertificate) => {
    const errors = hosts.map((host) => checkServerIdentity(host, certificate));
    return errors.includes(undefined) ? undefined : errors[0];
  };
}

/** Node's error codes for an untrusted certificate. */
const UNTRUSTED = /^(CERT_|ERR_TLS_CERT|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;
const NO_TLS = /does not support 'tls'/;

/** TLS problems that only the operator can fix, explained; other errors unchanged. */
export function explainTlsError(error: unknown): unknown {
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (NO_TLS.test(message))
    return new LogStartError(
      'NATS_URL (--nats-url): tls:// is not allowed for a server without TLS, and nothing was sent to it; ' +
        'allowed: nats:// if others may read the traffic',
    );
  if (UNTRUSTED.test(code))
    return new LogStartError(
      `NATS_CA_FILE (--nats-ca-file): the certificate of NATS is not trusted (${code}: ${message}); ` +
        'allowed: a file with the certificate that has signed it, for the host in NATS_URL',
    );
  return error;
}
