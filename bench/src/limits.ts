import { spawnSync } from 'node:child_process';

/** Open files of a program besides its connections. */
const SPARE_FILES = 100;

/** Why a run with so many clients is not possible here, and what to do; undefined if it is. */
export function tooManyFor(clients: number): string | undefined {
  // Both ends of a connection are open files, each in its own process.
  const [needed, limit] = [clients + SPARE_FILES, fileLimit()];
  if (needed <= limit) return undefined;
  return `it needs ${needed} open files in one process and ${limit} are allowed; raise the hard limit ("ulimit -Hn ${needed}" as root) and start again`;
}

/** The maximum number of open files of a program here; `start` raises the limit of all programs to it. */
function fileLimit(): number {
  const limit = spawnSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).stdout.trim();
  return limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit);
}
