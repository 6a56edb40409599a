import { once } from 'node:events';
import { WebSocket } from 'ws';

interface Answer {
  readonly id: number;
  readonly result?: { readonly result?: { readonly value?: unknown } };
  readonly error?: { readonly message: string };
}

/**
 * Inspects a program that was started with --inspect=0, through V8's inspector protocol. The program contains no code
 * for it.
 */
export class Inspector {
  private lastId = 0;
  private readonly waiting = new Map<number, (answer: Answer) => void>();

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      const answer = JSON.parse(data.toString()) as Answer;
      this.waiting.get(answer.id)?.(answer);
      this.waiting.delete(answer.id);
    });
  }

  /** @param url the `ws://` URL that Node prints at its start */
  static async connect(url: string): Promise<Inspector> {
    const socket = new WebSocket(url);
    await once(socket, 'open');
    return new Inspector(socket);
  }

  /** Evaluates an expression in the program. */
  async evaluate<T>(expression: string): Promise<T> {
    const answer = await this.call('Runtime.evaluate', {
      expression,
      returnByValue: true,
      includeCommandLineAPI: true,
    });
    return answer.result?.result?.value as T;
  }

  /** Bytes in use on the heap after a full collection. */
  async heapAfterCollection(): Promise<number> {
    await this.call('HeapProfiler.collectGarbage', {});
    await this.call('HeapProfiler.collectGarbage', {});
    return this.evaluate<number>('process.memoryUsage().heapUsed');
  }

  close(): void {
    this.socket.close();
  }

  private async call(method: string, params: object): Promise<Answer> {
    const id = ++this.lastId;
    const answered = new Promise<Answer>((resolve) => this.waiting.set(id, resolve));
    this.socket.send(JSON.stringify({ id, method, params }));
    const answer = await answered;
    if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
    return answer;
  }
}
