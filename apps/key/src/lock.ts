import { rmSync } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { StartError } from '@ws-hub/config';
import { shownPath } from '@ws-hub/nestjs/keys';
import { writeError } from './key-file.js';

/** Other commands finish within milliseconds. */
const PATIENCE_MS = 5_000;
const RETRY_MS = 20;

/**
 * Changes a key file while no other `ws-hub key` does: two concurrent revocations would each restore what the other
 * removed. The lock is a file beside it (`O_EXCL`, which also works on NFS).
 *
 * @throws StartError if the lock is still held after `patienceMs`
 */
export async function whileLocked<T>(
  path: string,
  work: () => Promise<T>,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const lock = `${await targetOf(path)}.lock`;
  await take(path, lock, patienceMs);
  const release = () => rmSync(lock, { force: true });
  // Runs on a signal.
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

async function take(path: string, lock: string, patienceMs: number): Promise<void> {
  for (let waitedMs = 0; !(await isMade(path, lock)); waitedMs += RETRY_MS) {
    if (waitedMs >= patienceMs)
      throw new StartError(
        `${shownPath(lock)} exists: another ws-hub key command is running; if none is, remove the file`,
      );
    await setTimeout(RETRY_MS);
  }
}

/** @returns false if the lock exists already */
async function isMade(path: string, lock: string): Promise<boolean> {
  try {
    const file = await open(lock, 'wx', 0o600);
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw writeError(path, error);
  }
}

/** Links to one file have one lock. */
async function targetOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    // It does not exist yet; any other fault shows when it is read.
    return path;
  }
}
