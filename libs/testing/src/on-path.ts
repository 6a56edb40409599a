import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The path of the first of these programs on PATH; undefined if there is none. */
export function onPath(...names: string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    // Missing or not executable: both mean to keep looking.
    return false;
  }
}

/** The Chromium of this machine, by any of its names; undefined if there is none. */
export const chromiumPath = onPath('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable');
