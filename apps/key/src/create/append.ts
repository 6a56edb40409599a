import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { StartError } from '@ws-hub/config';
import { MAX_KEY_FILE_BYTES, MAX_KEYS } from '@ws-hub/nestjs/keys';
import { KEY_FILE } from '../config/key-file.js';
import { type KeyFile, readKeysIfAny, writeError } from '../key-file.js';
import { whileLocked } from '../lock.js';

/** Other users cannot read the list of keys. */
const MODE = 0o600;
const FLAGS = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY;

/**
 * Appends a line to a key file, which is created if missing, in one write: a hub that reads meanwhile sees all of
 * the line or nothing.
 *
 * @param line without its newline
 * @throws StartError if it is not a key file, is full, or cannot be written
 */
export function append(path: string, line: string): Promise<void> {
  return whileLocked(path, async () => appendTo(path, bytesFor(await readKeysIfAny(path), line)));
}

/** @throws StartError if a hub would no longer read the file */
function bytesFor({ text, keys }: KeyFile, line: string): Buffer {
  // The last line may have been written by hand, without a newline.
  const start = text === '' || text.endsWith('\n') ? '' : '\n';
  const bytes = Buffer.from(`${start}${line}\n`);
  if (keys.length < MAX_KEYS && Buffer.byteLength(text) + bytes.length <= MAX_KEY_FILE_BYTES) return bytes;
  throw new StartError(
    `${KEY_FILE}: the file is full; allowed: ${MAX_KEYS} keys, ${MAX_KEY_FILE_BYTES} bytes`,
  );
}

async function appendTo(path: string, bytes: Buffer): Promise<void> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, FLAGS, MODE);
    const { bytesWritten } = await file.write(bytes);
    if (bytesWritten < bytes.length)
      throw new StartError(`${KEY_FILE}: the disk is full and the last line is incomplete; remove that line`);
    await file.sync();
  } catch (error) {
    throw writeError(path, error);
  } finally {
    await file?.close();
  }
}
