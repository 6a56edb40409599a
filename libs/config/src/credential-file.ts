import { type FileHandle, open } from 'node:fs/promises';
import { isToken, MAX_TOKEN_BYTES, TOKEN_RULE } from '@ws-hub/protocol';
import { StartError } from './errors.js';
import type { Option } from './option.js';

/** A token, an API key or a password in a file: read again for every use, so that it can be renewed. */
export interface CredentialKind {
  /** The option with the path of the file. */
  readonly option: Pick<Option, 'variable' | 'flag'>;
  /** With its article. */
  readonly name: string;
  /** The rule in words; left out for tokens and similar credentials. */
  readonly rule?: string;
  readonly isOne?: (text: string) => boolean;
}

/** A function that reads the credential from the file on each call; undefined if there is no file. Its errors do not contain the credential. */
export function credentialFrom(path: string, kind: CredentialKind): (() => Promise<string>) | undefined {
  return path === '' ? undefined : () => readCredential(path, kind);
}

/** @throws StartError if the file holds none now */
export async function checkCredentialFile(path: string, kind: CredentialKind): Promise<void> {
  await readCredentialFile(path, kind);
}

/**
 * The current content of the file; undefined if there is no file.
 *
 * @throws StartError, whose message does not contain the credential
 */
export async function readCredentialFile(path: string, kind: CredentialKind): Promise<string | undefined> {
  try {
    return await credentialFrom(path, kind)?.();
  } catch (error) {
    throw new StartError(`${kind.option.variable} (--${kind.option.flag}): ${(error as Error).message}`);
  }
}

async function readCredential(
  path: string,
  { name, rule = TOKEN_RULE, isOne = isToken }: CredentialKind,
): Promise<string> {
  const allowed = `allowed: a file that holds ${name}, ${rule}`;
  const text = (await readStart(path, allowed)).replace(/\r?\n$/, '');
  if (text === '') throw new Error(`"${path}" is empty; ${allowed}`);
  if (!isOne(text)) throw new Error(`"${path}" holds no ${name.replace(/^an? /, '')}; ${allowed}`);
  return text;
}

/** No more than the longest with its newline, and one byte that shows that it is too long. */
async function readStart(path: string, allowed: string): Promise<string> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const start = Buffer.alloc(MAX_TOKEN_BYTES + 3);
    let length = 0;
    for (let read = -1; read !== 0 && length < start.length; length += read)
      ({ bytesRead: read } = await file.read(start, length));
    return start.toString('utf8', 0, length);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`"${path}" cannot be read (${code}); ${allowed}`);
  } finally {
    await file?.close();
  }
}
