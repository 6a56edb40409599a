import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Inbox } from '@ws-hub/testing';

const LISTENING = /^listening on (http:\S+)$/;

/** An application in a process of its own, on a free port on loopback. */
export class Application {
  /** The exit code, or the signal that ended it. */
  readonly exited: Promise<unknown>;
  private readonly lines = new Inbox<string>();
  private url = '';

  private constructor(private readonly process: ChildProcess) {
    let output = '';
    process.stderr?.on('data', (chunk) => {
      output += chunk;
    });
    if (process.stdout)
      createInterface(process.stdout).on('line', (line) => {
        output += `${line}\n`;
        this.lines.push(line);
      });
    this.exited = once(process, 'close').then(([code, signal]) => {
      this.lines.end(`the application ended with ${code ?? signal}: ${output}`);
      return code ?? signal;
    });
  }

  /** Resolves when it reports that it listens. @throws Error with its output if it ends first */
  static async start(folder: string, entry = 'dist/main.js'): Promise<Application> {
    const child = spawn(process.execPath, [entry], {
      cwd: folder,
      env: { PATH: process.env.PATH, PORT: '0', NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const application = new Application(child);
    const line = await application.lines.next((each) => LISTENING.test(each));
    application.url = LISTENING.exec(line)?.[1] as string;
    return application;
  }

  /** @param scheme of the URL, `http` or `ws` */
  at(path: string, scheme = 'http'): string {
    return this.url.replace(/^http/, scheme) + path;
  }

  signal(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  /** Kills it, for the end of a test. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.exited;
  }
}
