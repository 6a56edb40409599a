import { randomBytes } from 'node:crypto';

const CLIENT_ID_BYTES = 16;

/** A client id that nobody can guess, for clients without one. */
export function newClientId(): string {
  return randomBytes(CLIENT_ID_BYTES).toString('base64url');
}
