import type { Socket } from 'node:net';
import { dial } from './attack-socket.js';
import { requestBytes } from './http-socket.js';
import { within } from './load.js';

const END_OF_HEAD = '\r\n\r\n';
const PATIENCE_MS = 5_000;

/** A block of an event stream, parsed as WHATWG's HTML standard specifies ("Server-sent events"). */
export interface StreamEvent {
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

/** How to listen. */
export interface Listening {
  readonly query: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly localAddress?: string;
}

/** An attacker's `GET /v1/events`; keeps everything that it has received. */
export class EventStream {
  /** The status of the response; 0 if the connection ended without one. */
  status = 0;
  readonly events: StreamEvent[] = [];
  readonly closed: Promise<void>;
  private text = '';
  private isBody = false;
  private heard: () => void = () => undefined;

  private constructor(readonly socket: Socket) {
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        resolve();
        this.heard();
      });
    });
    socket.on('data', (chunk: Buffer) => this.read(chunk.toString()));
  }

  /** Resolves with the first event, or when the request is rejected. */
  static async open(port: number, { query, headers, localAddress }: Listening): Promise<EventStream> {
    const stream = await EventStream.ask(port, { query, headers, localAddress });
    await stream.until(() => stream.status >= 400 || stream.events.length > 0);
    return stream;
  }

  /** Like `open`, without waiting for the response. */
  static async ask(port: number, { query, headers, localAddress }: Listening): Promise<EventStream> {
    const stream = new EventStream(await dial(port, localAddress));
    if (!stream.socket.destroyed) stream.socket.write(requestBytes({ path: `/v1/events?${query}`, headers }));
    return stream;
  }

  get isOpen(): boolean {
    return !this.socket.destroyed && !this.socket.readableEnded;
  }

  get lastId(): string {
    return this.events.at(-1)?.id ?? '';
  }

  /** The contents of the messages received. */
  get contents(): string[] {
    const messages = this.events.filter(({ event }) => event === 'message');
    return messages.map(({ data }) => (JSON.parse(data) as { content: string }).content);
  }

  /**
   * Resolves when the condition holds, at the end of the stream, or after the timeout. @returns whether the condition
   * holds
   */
  async until(fits: () => boolean, ms = PATIENCE_MS): Promise<boolean> {
    const endMs = performance.now() + ms;
    while (!fits() && !this.socket.destroyed && performance.now() < endMs)
      await within(
        endMs - performance.now(),
        new Promise<void>((resolve) => {
          this.heard = resolve;
        }),
      );
    return fits();
  }

  private read(text: string): void {
    this.text += text;
    if (!this.isBody) this.readHead();
    if (this.isBody) this.readEvents();
    this.heard();
  }

  private readHead(): void {
    const end = this.text.indexOf(END_OF_HEAD);
    if (end === -1) return;
    this.status = Number(this.text.split(' ', 2)[1]);
    this.text = this.text.slice(end + END_OF_HEAD.length);
    this.isBody = true;
  }

  private readEvents(): void {
    const blocks = this.text.split('\n\n');
    this.text = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = block.split('\n').map((line) => line.split(/: ?(.*)/, 2) as [string, string]);
      const of = (name: string) => fields.filter(([field]) => field === name).map(([, value]) => value);
      const data = of('data');
      // A block without data is not an event.
      if (data.length === 0) continue;
      const id = of('id').at(-1) ?? this.lastId;
      this.events.push({ event: of('event').at(-1) ?? 'message', id, data: data.join('\n') });
    }
  }
}
