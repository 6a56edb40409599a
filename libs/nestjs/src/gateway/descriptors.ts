import { readFileSync } from 'node:fs';

const LIMITS_FILE = '/proc/self/limits';

/** Maximum number of open files of this process; undefined where the system does not tell. */
export function descriptorLimit(): number | undefined {
  try {
    const [, soft] = readFileSync(LIMITS_FILE, 'utf8').match(/^Max open files\s+(\d+)/m) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    // Only Linux has this file. Elsewhere there is nothing to compare with.
    return undefined;
  }
}
