import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { SERVER_CORE, start, stop } from './children.js';

const START_MS = 15_000;
/** The hub's log line is JSON; the peers print `listening <port>`. */
const LISTENING = /^listening (\d+)$|"event":"listening".*"port":(\d+)/;

/** What is needed to start a server. */
export interface Startable {
  /** Its environment variables. */
  readonly env?: () => NodeJS.ProcessEnv;
  /** Program and arguments. @throws Error if it is not installed */
  command(): string[];
}

/** A server that listens. */
export interface RunningServer {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

/** @throws Error with its stderr if it does not listen */
export async function startServer(server: Startable): Promise<RunningServer> {
  const child = start(SERVER_CORE, server.command(), ['ignore', 'pipe', 'pipe'], server.env?.());
  const timer = setTimeout(() => child.kill('SIGKILL'), START_MS);
  try {
    const port = await listening(child);
    return { pid: child.pid as number, port, stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** The port that a server reports. @throws Error with its stderr if it ends first */
export function listening(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let complaint = '';
    child.stderr?.on('data', (chunk) => {
      complaint += chunk;
    });
    child.once('error', reject);
    child.once('close', () => reject(new Error(firstError(complaint))));
    if (child.stdout === null) return;
    const lines = createInterface(child.stdout);
    lines.on('line', (line) => {
      const match = line.match(LISTENING);
      if (match === null) return;
      // From here on the log is only drained, as cheaply as possible.
      lines.close();
      child.stdout?.resume();
      resolve(Number(match[1] ?? match[2]));
    });
  });
}

function firstError(complaint: string): string {
  const lines = complaint.split('\n').filter((line) => line.trim() !== '');
  return lines.find((line) => line.includes('Error')) ?? lines[0] ?? 'it ended before it listened';
}
