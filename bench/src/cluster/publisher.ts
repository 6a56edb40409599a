import { once } from 'node:events';
import { WebSocket } from 'ws';

const KEY = /"key":"(\d+)"/;

/** Counters that publishers share. */
export class Tally {
  acked = 0;
  refused = 0;
  latenciesMs: number[] = [];
}

/** A hub.v1 client that only publishes, with a number of messages in flight or at a fixed rate. */
export class Publisher {
  private readonly saidMs = new Map<number, number>();
  private number = 0;
  private ended = false;

  private constructor(
    private readonly socket: WebSocket,
    private readonly content: string,
    private readonly tally: Tally,
  ) {
    socket.on('message', (data: Buffer) => this.answered(data.toString()));
  }

  static async open(port: number, bytes: number, tally: Tally): Promise<Publisher> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, ['hub.v1'], { perMessageDeflate: false });
    await once(socket, 'open');
    socket.send('{"type":"hello","channels":[]}');
    await once(socket, 'message');
    return new Publisher(socket, 'x'.repeat(bytes), tally);
  }

  /** Whether each answer is followed by another message. */
  keepsGoing = false;

  say(): void {
    if (this.ended) return;
    this.saidMs.set(++this.number, performance.now());
    this.socket.send(`{"type":"publish","key":"${this.number}","content":"${this.content}"}`);
  }

  end(): void {
    this.ended = true;
    this.socket.terminate();
  }

  private answered(text: string): void {
    const number = Number(KEY.exec(text)?.[1]);
    const saidMs = this.saidMs.get(number);
    if (saidMs === undefined) return;
    this.saidMs.delete(number);
    if (text.startsWith('{"type":"ack"')) this.tally.acked++;
    else this.tally.refused++;
    this.tally.latenciesMs.push(performance.now() - saidMs);
    if (this.keepsGoing) this.say();
  }
}
