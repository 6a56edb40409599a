import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Replaces a file atomically, so that nobody reads half of it; it is on disk when this resolves. Mode
 * and owner stay: a hub that may not read the new file would keep the keys of the old one.
 *
 * @param path of the file itself, not of a link to it
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  try {
    await writeLike(path, temporary, text);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
  await withFile(folder, 'r', (handle) => handle.sync());
}

async function writeLike(model: string, path: string, text: string): Promise<void> {
  const { mode, uid, gid } = await stat(model);
  await withFile(path, 'wx', async (file) => {
    const own = await file.stat();
    if (own.uid !== uid || own.gid !== gid) await file.chown(uid, gid);
    await file.chmod(mode & 0o7777);
    await file.writeFile(text);
    await file.sync();
  });
}

/** Readable by its user only, unless changed later. */
async function withFile(
  path: string,
  flags: string,
  use: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await use(file);
  } finally {
    await file.close();
  }
}
