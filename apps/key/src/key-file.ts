import { StartError } from '@ws-hub/config';
import { ApiKeyFileError, type KeyLine, parseKeys, readKeyText, shownPath } from '@ws-hub/nestjs/keys';
import { KEY_FILE } from './config/key-file.js';

/** For operators with a running hub. */
export const RELOAD = 'a running hub reloads the file within 2 s';

/** The current content of a key file. */
export interface KeyFile {
  readonly text: string;
  readonly keys: readonly KeyLine[];
}

/** @throws StartError if it is not there, or no file of keys */
export async function readKeys(path: string): Promise<KeyFile> {
  try {
    const text = await readKeyText(path);
    return { text, keys: await parseKeys(text, path) };
  } catch (error) {
    throw startErrorOf(error);
  }
}

/** The same; one that is not there has no keys. */
export async function readKeysIfAny(path: string): Promise<KeyFile> {
  try {
    return await readKeys(path);
  } catch (error) {
    const { cause } = error as Error;
    if (cause instanceof ApiKeyFileError && cause.code === 'ENOENT') return { text: '', keys: [] };
    throw error;
  }
}

/** A system error on writing a file, in words for the operator; other errors stay as they are. */
export function writeError(path: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  const reason = code === 'ENOENT' ? 'its folder does not exist' : code;
  return new StartError(
    `${KEY_FILE}: ${shownPath(path)} cannot be written (${reason}); allowed: a file in a folder that you can write to`,
  );
}

function startErrorOf(error: unknown): unknown {
  if (!(error instanceof ApiKeyFileError)) return error;
  const mendable = new StartError(
    `${KEY_FILE}: ${error.message}; allowed: a file written by ws-hub key create`,
  );
  mendable.cause = error;
  return mendable;
}
