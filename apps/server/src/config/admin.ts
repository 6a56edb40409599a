import { bytes, choice, integer, option, text } from '@ws-hub/config';
import { isLoopback } from './loopback.js';

const GIB = 1024 ** 3;

/** The console on its own port, the playground, and the memory for explanations. */
export const adminOptions = {
  adminPort: option('ADMIN_PORT', '0', integer(0, 65_535), 'TCP port of the console, 0 = off'),
  adminHost: option(
    'ADMIN_HOST',
    '127.0.0.1',
    text('an address or host name of this machine'),
    'address that serves the console; any address other than loopback requires a password',
  ),
  adminPasswordFile: option(
    'ADMIN_PASSWORD_FILE',
    '',
    text('the path of a file written by ws-hub password, or empty'),
    'file with the password hash of the console, as written by ws-hub password; empty = no password, on loopback only',
  ),
  adminReadonly: option(
    'ADMIN_READONLY',
    'true',
    choice(['true', 'false'] as const),
    'false = the console may disconnect clients',
  ),
  playground: option(
    'PLAYGROUND',
    'false',
    choice(['true', 'false'] as const),
    "true = serve the playground, a page to try the hub, at / of the hub's port",
  ),
  explainMaxBytes: option(
    'EXPLAIN_MAX_BYTES',
    '0',
    bytes(0, GIB),
    'maximum bytes of the delivery records that ws-hub explain reads, 0 = off',
  ),
};

/** Without a password, the console is for users of this machine only. */
export function adminConflict(config: {
  adminPort: number;
  adminHost: string;
  adminPasswordFile: string;
}): string | undefined {
  const { adminPort, adminHost, adminPasswordFile } = config;
  if (adminPort === 0 || adminPasswordFile !== '' || isLoopback(adminHost)) return undefined;
  return (
    `ADMIN_HOST (--admin-host): "${adminHost}" is not allowed without ADMIN_PASSWORD_FILE; ` +
    'allowed: 127.0.0.1, or any address with a file written by ws-hub password'
  );
}
