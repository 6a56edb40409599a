import { type ChildProcess, type StdioOptions, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { BENCH_DIR } from './paths.js';

/** The servers have one core, the generator another. */
export const SERVER_CORE = 0;
export const GENERATOR_CORE = 1;
const STOP_MS = 5000;
// Both replace themselves, so that the child's id is the program's.
const AS_MANY_FILES_AS_ALLOWED = 'ulimit -n "$(ulimit -Hn)"; exec "$@"';

const running = new Set<ChildProcess>();

/** Whether programs can be kept on a core of their own here. */
export const pinning =
  availableParallelism() > 1 &&
  [SERVER_CORE, GENERATOR_CORE].every((core) => spawnSync('taskset', ['-c', `${core}`, 'true']).status === 0);

/**
 * Starts a program. It inherits no settings, and stands where no file of settings lies.
 *
 * @param core where it has to stay; anywhere if undefined
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
    // A peer's packages may bring native helpers of ws along, which the others do not have.
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

/** Ends a program and waits for its end; one that does not listen is killed. */
export async function stop(child: ChildProcess): Promise<void> {
  if (!running.has(child)) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await exited;
  clearTimeout(timer);
}

/** On Ctrl-C nothing stays behind. */
export function stopChildrenOnSignals(): void {
  for (const [signal, code] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const]) {
    process.once(signal, () => {
      for (const child of running) child.kill('SIGKILL');
      process.exit(code);
    });
  }
}
