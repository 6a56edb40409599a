import { realpath } from 'node:fs/promises';
import { StartError } from '@ws-hub/config';
import { type KeyLine, shownPath } from '@ws-hub/nestjs/keys';
import { KEY_FILE } from '../config/key-file.js';
import { readKeys, writeError } from '../key-file.js';
import { whileLocked } from '../lock.js';
import { replaceFile } from './replace.js';

/**
 * Removes the keys with a name from a file or, if there is none, the key with that id.
 *
 * @returns the removed keys, at least one
 * @throws StartError if no key matches, or the file cannot be used
 */
export function revoke(path: string, nameOrId: string): Promise<readonly KeyLine[]> {
  return whileLocked(path, () => takeOut(path, nameOrId));
}

async function takeOut(path: string, nameOrId: string): Promise<readonly KeyLine[]> {
  const { text, keys } = await readKeys(path);
  const gone = keysOf(keys, nameOrId);
  if (gone.length === 0)
    throw new StartError(
      `${KEY_FILE}: ${shownPath(path)} has no key with the name or id ${JSON.stringify(nameOrId)}; allowed: one that ws-hub key list shows`,
    );
  await replace(path, without(text, gone));
  return gone;
}

function keysOf(keys: readonly KeyLine[], nameOrId: string): readonly KeyLine[] {
  const named = keys.filter(({ name }) => name === nameOrId);
  return named.length > 0 ? named : keys.filter(({ id }) => id === nameOrId);
}

function without(text: string, gone: readonly KeyLine[]): string {
  const lines = new Set(gone.map(({ line }) => line));
  return text
    .split('\n')
    .filter((_, index) => !lines.has(index + 1))
    .join('\n');
}

async function replace(path: string, text: string): Promise<void> {
  try {
    await replaceFile(await realpath(path), text);
  } catch (error) {
    throw writeError(path, error);
  }
}
