import { EXIT } from './config/exit-codes.js';
import type { Leaving } from './leaving.js';

/** The errors of a write to a closed pipe and to a closed socket. */
const READER_GONE = ['EPIPE', 'ECONNRESET'];

/** Writes lines to stdout or stderr, no faster than they are read; when the reader is gone, the command ends. */
export class Output {
  private waiting: (() => void)[] = [];

  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly leaving: Leaving,
  ) {
    stream.on('error', (error: NodeJS.ErrnoException) => this.streamOnError(error));
    stream.on('drain', () => this.release());
    leaving.onBegin(() => this.release());
  }

  /** Resolves when there is room for more, or the command ends. */
  async print(line: string): Promise<void> {
    if (this.stream.write(`${line}\n`) || this.leaving.hasBegun) return;
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Resolves when all lines are written, or the command ends. */
  async flush(): Promise<void> {
    if (this.leaving.hasBegun) return;
    await new Promise<void>((resolve) => {
      this.waiting.push(resolve);
      this.stream.write('', () => resolve());
    });
  }

  private release(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  private streamOnError({ code = '' }: NodeJS.ErrnoException): void {
    if (READER_GONE.includes(code)) this.leaving.begin(EXIT.done);
    else this.leaving.begin(EXIT.error, `the output cannot be written (${code})`);
  }
}
