import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Inbox } from './inbox.js';

/** One line of a program's log. */
export interface LogLine {
  readonly event?: string;
  readonly [field: string]: unknown;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const BIN = fileURLToPath(new URL('../../../bin/ws-hub.js', import.meta.url));

/** A real process of `bin/ws-hub.js`; tests wait for its log lines. */
export class Program {
  readonly exited: Promise<Exit>;
  stderr = '';
  /** Lines on stdout that are not JSON. */
  readonly text: string[] = [];
  private readonly lines = new Inbox<LogLine>();
  private readonly events: string[] = [];

  private constructor(readonly process: ChildProcess) {
    process.stderr?.on('data', (chunk) => {
      this.stderr += chunk;
    });
    if (process.stdout) createInterface(process.stdout).on('line', (line) => this.read(line));
    this.exited = once(process, 'close').then(([code, signal]) => {
      this.lines.end(`the program ended with ${code ?? signal}: ${this.stderr}`);
      return { code, signal };
    });
  }

  /**
   * Starts `ws-hub` with these arguments. The environment is not inherited except for PATH.
   *
   * @param nodeFlags flags of Node itself
   */
  static start(
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
    cwd?: string,
    nodeFlags: readonly string[] = [],
  ): Program {
    const child = spawn(process.execPath, [...nodeFlags, BIN, ...args], {
      cwd,
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new Program(child);
  }

  /** Starts it with fewer file descriptors than the system allows. */
  static startWith(descriptors: number, args: readonly string[]): Program {
    const limit = `ulimit -n ${descriptors} && exec "$0" "$@"`;
    const child = spawn('sh', ['-c', limit, process.execPath, BIN, ...args], {
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new Program(child);
  }

  /** Starts the `ws-hub` that npm has installed in a folder, as a shell does. */
  static startInstalled(folder: string, args: readonly string[]): Program {
    const child = spawn(join(folder, 'node_modules/.bin/ws-hub'), args, {
      cwd: folder,
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new Program(child);
  }

  /** The next line of this event; the lines before it are dropped. */
  event(name: string, fits: (line: LogLine) => boolean = () => true): Promise<LogLine> {
    return this.lines.next((line) => line.event === name && fits(line));
  }

  /** The number of lines of this event so far. */
  count(name: string): number {
    return this.events.filter((event) => event === name).length;
  }

  signal(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  /** Kills the process, for the end of a test. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.exited;
  }

  private read(line: string): void {
    if (!line.startsWith('{')) {
      this.text.push(line);
      return;
    }
    const parsed = JSON.parse(line) as LogLine;
    if (parsed.event !== undefined) this.events.push(parsed.event);
    this.lines.push(parsed);
  }
}
