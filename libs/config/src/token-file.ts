import { checkCredentialFile, credentialFrom } from './credential-file.js';
import { text } from './kinds.js';
import { option } from './option.js';

/** The option of all commands that connect to a hub. It has no `TOKEN` beside it: what the environment holds cannot be renewed. */
export const tokenFileOption = option(
  'TOKEN_FILE',
  '',
  text('the path of a file that holds a token, or empty'),
  'file with the token for the hub; read again whenever a token is needed, so that it can be renewed in place; empty = none',
);

const TOKEN = { option: tokenFileOption, name: 'a token' };

/** A function that reads the token from the file on each call; undefined if there is no file. Its errors do not contain the token. */
export function tokenFrom(path: string): (() => Promise<string>) | undefined {
  return credentialFrom(path, TOKEN);
}

/** @throws StartError if the file has no token now */
export function checkTokenFile(path: string): Promise<void> {
  return checkCredentialFile(path, TOKEN);
}
