import { stat } from 'node:fs/promises';

/** What can be told of a file without reading it. */
export interface FileState {
  /** The same as long as the file is: whoever writes to it, moves another into its place or leads its link elsewhere changes it. */
  readonly mark: string;
  /** Stays when it is written to. */
  readonly inode: string;
  readonly isEmpty: boolean;
}

/** Looks at the file that a path leads to, through symbolic links. A file that cannot be looked at has a state of its own. */
export async function fileState(path: string): Promise<FileState> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    const inode = `${dev} ${ino}`;
    return { mark: [inode, size, mtimeNs, ctimeNs].join(' '), inode, isEmpty: size === 0n };
  } catch (error) {
    return { mark: String((error as NodeJS.ErrnoException).code), inode: '', isEmpty: false };
  }
}
