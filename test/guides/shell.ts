import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { shows } from './guide.js';

/** One command line of a guide, and what it has printed so far. */
export class Shell {
  private readonly ended: Promise<number | null>;
  private readonly looks: (() => void)[] = [];
  private output = '';
  private hasEnded = false;

  private constructor(
    private readonly command: string,
    private readonly child: ChildProcess,
  ) {
    child.stdout?.on('data', (chunk: Buffer) => this.printedMore(chunk));
    child.stderr?.on('data', (chunk: Buffer) => this.printedMore(chunk));
    this.ended = once(child, 'close').then(([code]) => {
      this.hasEnded = true;
      this.look();
      return code;
    });
  }

  static start(command: string, cwd: string, env: NodeJS.ProcessEnv): Shell {
    const child = spawn('sh', ['-c', command], {
      cwd,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new Shell(command, child);
  }

  /** Resolves at its end. @throws Error if that is not a good one */
  async end(): Promise<void> {
    const code = await this.ended;
    if (code !== 0) throw new Error(`${this.command}ended with ${code} and has printed\n${this.output}`);
  }

  /** Resolves when it has printed something. @throws Error if it ends without it */
  printed(shown: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.looks.push(() => {
        if (shows(this.output, shown)) resolve();
        else if (this.hasEnded)
          reject(new Error(`${this.command}should print\n${shown}\nand has printed\n${this.output}`));
      });
      this.look();
    });
  }

  /** Ends the shell and what it has started, whatever they do. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }

  /** To the shell and what it has started, if it has not ended. */
  signal(signal: NodeJS.Signals): void {
    if (!this.hasEnded) process.kill(-(this.child.pid as number), signal);
  }

  private printedMore(chunk: Buffer): void {
    this.output += chunk;
    this.look();
  }

  private look(): void {
    for (const look of this.looks) look();
  }
}
