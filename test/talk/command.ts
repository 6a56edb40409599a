import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Inbox } from '@ws-hub/testing';

export const BIN = fileURLToPath(new URL('../../bin/ws-hub.js', import.meta.url));

/** A command of the program as a process of its own, with its input and its output. */
export class Command {
  readonly exited: Promise<number | null>;
  stderr = '';
  private readonly lines = new Inbox<string>();
  private readonly notices = new Inbox<string>();

  /** @param isGroup it leads a group of processes, which end with it */
  constructor(
    readonly process: ChildProcess,
    private readonly isGroup = false,
  ) {
    if (process.stderr) {
      process.stderr.on('data', (chunk) => {
        this.stderr += chunk;
      });
      createInterface(process.stderr).on('line', (line) => this.notices.push(line));
    }
    // A command that ends leaves what it was given unread.
    process.stdin?.on('error', (error) => this.notices.push(`its stdin: ${error.message}`));
    this.exited = once(process, 'close').then(([code]) => {
      for (const inbox of [this.lines, this.notices]) inbox.end(`ended with ${code}: ${this.stderr}`);
      return code as number | null;
    });
  }

  /** Starts `ws-hub`, which inherits no environment. */
  static start(...args: string[]): Command {
    const command = Command.unread(...args);
    command.read();
    return command;
  }

  /** The same, with a stdout of which nothing is read until `read`. */
  static unread(...args: string[]): Command {
    return new Command(spawn(process.execPath, [BIN, ...args], { env: {} }));
  }

  /** Starts a script of the shell, in which `$ws_hub` is the program; its stdout is read. */
  static shell(script: string): Command {
    const withProgram = `ws_hub() { "${process.execPath}" "${BIN}" "$@"; }; ${script}`;
    const env = { PATH: process.env.PATH };
    const command = new Command(spawn('sh', ['-c', withProgram], { env, detached: true }), true);
    command.read();
    return command;
  }

  read(): void {
    if (this.process.stdout) createInterface(this.process.stdout).on('line', (line) => this.lines.push(line));
  }

  /** The next line of stdout. */
  line(): Promise<string> {
    return this.lines.next();
  }

  /** The next lines of stdout. */
  async take(count: number): Promise<string[]> {
    const taken: string[] = [];
    while (taken.length < count) taken.push(await this.lines.next());
    return taken;
  }

  /** All lines of stdout that have not been taken, when the process has ended. */
  async rest(): Promise<string[]> {
    await this.exited;
    return this.lines.drain();
  }

  /** The next line of stderr in which this stands. */
  told(text: string): Promise<string> {
    return this.notices.next((line) => line.includes(text));
  }

  write(text: string): void {
    this.process.stdin?.write(text);
  }

  /** Says all that it is to read, and that this is the end. */
  end(input: string | Buffer = ''): void {
    this.process.stdin?.end(input);
  }

  signal(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  /** Ends the process, whatever it does; for the end of a test. */
  async kill(): Promise<void> {
    const { pid = 0, exitCode, signalCode } = this.process;
    if (exitCode === null && signalCode === null) process.kill(this.isGroup ? -pid : pid, 'SIGKILL');
    this.process.stdout?.destroy();
    this.process.stderr?.destroy();
    await this.exited;
  }
}
