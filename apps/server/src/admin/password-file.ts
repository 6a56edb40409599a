import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type PasswordHash, parsePasswordHash, StartError } from '@ws-hub/config';

const ALLOWED = 'allowed: a file written by ws-hub password';
const MAX_BYTES = 1_024;
const READABLE_BY_OTHERS = 0o004;

/** The content of the console's password file. */
export interface PasswordFile {
  readonly hash: PasswordHash;
  /** Whether every user of the machine may read it, and try passwords on it without a limit. */
  readonly isOpen: boolean;
}

/** @throws StartError naming the file and why it cannot be used, never what is in it */
export async function readPasswordFile(path: string): Promise<PasswordFile> {
  const { text, mode } = await readStart(path);
  const hash = parsePasswordHash(text.replace(/\r?\n$/, ''));
  if (hash === undefined) throw fault(path, 'contains no password hash');
  return { hash, isOpen: (mode & READABLE_BY_OTHERS) !== 0 };
}

async function readStart(path: string): Promise<{ text: string; mode: number }> {
  let file: FileHandle | undefined;
  try {
    // A pipe without a writer would block a thread forever.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = await file.stat();
    if (!stat.isFile()) throw fault(path, 'is not a regular file');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_BYTES), 0, MAX_BYTES, 0);
    return { text: buffer.toString('latin1', 0, bytesRead), mode: stat.mode };
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw fault(path, `cannot be read (${(error as NodeJS.ErrnoException).code})`);
  } finally {
    await file?.close();
  }
}

function fault(path: string, reason: string): StartError {
  return new StartError(
    `ADMIN_PASSWORD_FILE (--admin-password-file): ${JSON.stringify(path)} ${reason}; ${ALLOWED}`,
  );
}
