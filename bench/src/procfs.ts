import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** The unit of times in /proc/<pid>/stat, the same on every common Linux. */
const TICKS_PER_SECOND = 100;
// In /proc/<pid>/stat the command may contain spaces; it ends with the last `)`, and field 3 follows.
const UTIME = 14 - 3;
const STIME = 15 - 3;
/** Most kernels have the scheduler's statistics; one clock is used throughout. */
const SCHEDULER_TELLS = existsSync('/proc/self/schedstat');

/** CPU time of all threads of a process, in microseconds; undefined without /proc. */
export function cpuMicros(pid: number): number | undefined {
  return SCHEDULER_TELLS ? ofThreads(pid) : ofProcess(pid);
}

/** With nanosecond resolution, so that light loads can be measured. Servers keep their threads, so none is missing. */
function ofThreads(pid: number): number {
  const times = readdirSync(`/proc/${pid}/task`).map((thread) =>
    read(`/proc/${pid}/task/${thread}/schedstat`),
  );
  return times.reduce((sum, time) => sum + Number(time?.split(' ')[0] ?? 0) / 1000, 0);
}

/** With the resolution of a tick, 10 ms. */
function ofProcess(pid: number): number | undefined {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[UTIME]) + Number(fields[STIME])) * 1e6) / TICKS_PER_SECOND;
}

/** Resident memory of a process; undefined without /proc. */
export function rssBytes(pid: number): number | undefined {
  const match = read(`/proc/${pid}/status`)?.match(/^VmRSS:\s+(\d+) kB$/m);
  return match ? Number(match[1]) * 1024 : undefined;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    // Not Linux, or the process has ended: either way there is nothing to read.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
