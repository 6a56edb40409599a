import { type FileHandle, open } from 'node:fs/promises';
import { isToken, MAX_TOKEN_BYTES, TOKEN_RULE } from '@ws-hub/protocol';
import { StartError } from './errors.js';
import { text } from './kinds.js';
import { option } from './option.js';

const ALLOWED = `a file that holds a token, ${TOKEN_RULE}`;

/** The option of all commands that connect to a hub. It has no `TOKEN` beside it: what the environment holds cannot be renewed. */
export const tokenFileOption = option(
  'TOKEN_FILE',
  '',
  text('the path of a file that holds a token, or empty'),
  'file that holds the token to show the hub; read anew each time, so that it can be renewed; empty = none',
);

/** What gets the token from the file each time that it is asked; undefined where there is no file. It rejects without the token in its message. */
export function tokenFrom(path: string): (() => Promise<string>) | undefined {
  return path === '' ? undefined : () => readToken(path);
}

/** @throws StartError if the file has no token now */
export async function checkTokenFile(path: string): Promise<void> {
  try {
    await tokenFrom(path)?.();
  } catch (error) {
    throw new StartError(
      `${tokenFileOption.variable} (--${tokenFileOption.flag}): ${(error as Error).message}`,
    );
  }
}

async function readToken(path: string): Promise<string> {
  const token = (await readStart(path)).replace(/\r?\n$/, '');
  if (token === '') throw new Error(`"${path}" is empty; allowed: ${ALLOWED}`);
  if (!isToken(token)) throw new Error(`"${path}" holds no token; allowed: ${ALLOWED}`);
  return token;
}

/** No more than a token with its newline, and one byte that shows that it is too long. */
async function readStart(path: string): Promise<string> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const start = Buffer.alloc(MAX_TOKEN_BYTES + 3);
    let length = 0;
    for (let read = -1; read !== 0 && length < start.length; length += read)
      ({ bytesRead: read } = await file.read(start, length));
    return start.toString('latin1', 0, length);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`"${path}" cannot be read (${code}); allowed: ${ALLOWED}`);
  } finally {
    await file?.close();
  }
}
