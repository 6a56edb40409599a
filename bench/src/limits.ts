import { spawnSync } from 'node:child_process';

/** Open files that a program has besides its connections. */
const SPARE_FILES = 100;

/** Why a run with so many clients cannot be made here, and what to do; undefined if it can. */
export function tooManyFor(clients: number): string | undefined {
  // Both sides of a connection are open files, each in its own process.
  const [needed, limit] = [clients + SPARE_FILES, fileLimit()];
  if (needed <= limit) return undefined;
  return `it needs ${needed} open files in one process and ${limit} are allowed; raise the hard limit ("ulimit -Hn ${needed}" as root) and start again`;
}

/** How many files a program may have open here if it asks for it, as `start` lets all of them do. */
function fileLimit(): number {
  const limit = spawnSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).stdout.trim();
  return limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit);
}
