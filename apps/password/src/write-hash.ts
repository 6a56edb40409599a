import { randomBytes } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { StartError } from '@ws-hub/config';

/** Anyone who can read the hash can try passwords against it without a limit. */
const MODE = 0o600;

/**
 * Replaces the content of a file with a hash, atomically: a hub that starts meanwhile reads the old or the new one.
 *
 * @throws StartError if it cannot be written
 */
export async function writeHash(path: string, hash: string): Promise<void> {
  const draft = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    await writeFile(draft, `${hash}\n`, { mode: MODE, flag: 'wx' });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'its folder does not exist' : code;
    throw new StartError(
      `ADMIN_PASSWORD_FILE (--file): ${JSON.stringify(path)} cannot be written (${reason}); allowed: a file in a folder that you can write to`,
    );
  }
}
