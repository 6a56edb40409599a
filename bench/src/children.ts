import { type ChildProcess, type StdioOptions, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { BENCH_DIR } from './paths.js';

/** The servers run on one core, the generator on another. */
export const SERVER_CORE = 0;
export const GENERATOR_CORE = 1;
const STOP_MS = 5000;
// Both exec, so that the child's process id is the program's.
const AS_MANY_FILES_AS_ALLOWED = 'ulimit -n "$(ulimit -Hn)"; exec "$@"';

const running = new Set<ChildProcess>();

/** Whether programs can be pinned to cores here. */
export const pinning =
  availableParallelism() > 1 &&
  [SERVER_CORE, GENERATOR_CORE].every((core) => spawnSync('taskset', ['-c', `${core}`, 'true']).status === 0);

/**
 * Starts a program. It inherits no settings, and its working directory contains no settings file.
 *
 * @param core to pin it to; undefined for any
 */
export function start(
  core: number | undefined,
  command: readonly string[],
  stdio: StdioOptions,
  env: NodeJS.ProcessEnv = {},
): ChildProcess {
  const pinned = pinning && core !== undefined ? ['taskset', '-c', `${core}`, ...command] : command;
  const child = spawn('sh', ['-c', AS_MANY_FILES_AS_ALLOWED, 'sh', ...pinned], {
    cwd: BENCH_DIR,
    // A peer's packages may include native helpers of ws, which the other servers do not have.
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      WS_NO_BUFFER_UTIL: '1',
      WS_NO_UTF_8_VALIDATE: '1',
      ...env,
    },
    stdio,
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Ends a program and waits for its exit; kills one that does not respond. */
export async function stop(child: ChildProcess): Promise<void> {
  if (!running.has(child)) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await exited;
  clearTimeout(timer);
}

/** Leaves no programs behind on Ctrl-C. */
export function stopChildrenOnSignals(): void {
  for (const [signal, code] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const]) {
    process.once(signal, () => {
      for (const child of running) child.kill('SIGKILL');
      process.exit(code);
    });
  }
}
