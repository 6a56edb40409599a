import {
  type CredentialKind,
  MAX_PASSWORD_LENGTH,
  parsePasswordHash,
  readCredentialFile,
  StartError,
} from '@ws-hub/config';

const CONTROL = /\p{Cc}/u;

const PASSWORD: CredentialKind = {
  option: { variable: 'WS_EXPLAIN_PASSWORD_FILE', flag: 'password-file' },
  name: 'a password',
  rule: `at most ${MAX_PASSWORD_LENGTH} characters in one line`,
  isOne: (line) => line.length <= MAX_PASSWORD_LENGTH && !CONTROL.test(line),
};

/**
 * The password of the console, from its file; undefined if there is no file. It is read once, so that it can be a pipe.
 *
 * @throws StartError without the password in its message
 */
export async function readPassword(path: string): Promise<string | undefined> {
  const password = await readCredentialFile(path, PASSWORD);
  // The hub's own file, which has the hash, is an easy mistake.
  if (password !== undefined && parsePasswordHash(password) !== undefined)
    throw new StartError(
      `WS_EXPLAIN_PASSWORD_FILE (--password-file): ${JSON.stringify(path)} holds the hash of a password; allowed: a file that holds the password itself`,
    );
  return password;
}
