import { stat } from 'node:fs/promises';

/** What the system knows about a file without reading it. */
export interface FileState {
  /** Changes when the file is written, replaced, or its symbolic link is redirected. */
  readonly mark: string;
  /** Does not change when the file is written. */
  readonly inode: string;
  readonly isEmpty: boolean;
}

/** The state of the file at a path, through symbolic links. A file that cannot be accessed has a state of its own. */
export async function fileState(path: string): Promise<FileState> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    const inode = `${dev} ${ino}`;
    return { mark: [inode, size, mtimeNs, ctimeNs].join(' '), inode, isEmpty: size === 0n };
  } catch (error) {
    return { mark: String((error as NodeJS.ErrnoException).code), inode: '', isEmpty: false };
  }
}
