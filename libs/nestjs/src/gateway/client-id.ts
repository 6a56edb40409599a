import { randomBytes } from 'node:crypto';

const CLIENT_ID_BYTES = 16;

/** For somebody whom nobody has named: nobody can guess it. */
export function newClientId(): string {
  return randomBytes(CLIENT_ID_BYTES).toString('base64url');
}
