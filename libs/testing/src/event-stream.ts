import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { Inbox } from './inbox.js';

/** One event as received. */
export interface StreamedEvent {
  readonly id?: string;
  /** `message` for an event without a name. */
  readonly event: string;
  readonly data: { readonly [field: string]: unknown };
}

const EVENT = /^(id|event|data|retry): (.*)$/;

/** Listens to a stream of server-sent events at the level of the protocol, and does nothing of its own. */
export class EventStream {
  /** Resolves when the hub has ended the stream, and when it was cut. */
  readonly ended: Promise<void>;
  /** The last `retry:` of the hub, in milliseconds. */
  retryMs: number | undefined;
  /** The number of comment lines. */
  comments = 0;
  private readonly inbox = new Inbox<StreamedEvent>();
  private text = '';

  private constructor(readonly response: IncomingMessage) {
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => this.read(chunk));
    response.on('error', () => response.destroy());
    this.ended = once(response, 'close').then(() => this.inbox.end('the stream has ended'));
  }

  /** @returns a stream, whatever the status is */
  static async open(url: string, headers: Readonly<Record<string, string>> = {}): Promise<EventStream> {
    const asked = request(url, { agent: false, headers });
    asked.end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    return new EventStream(response);
  }

  /** A stream that has received its welcome. @throws Error if there is no stream */
  static async join(
    url: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<EventStream & { welcome: StreamedEvent }> {
    const stream = await EventStream.open(url, headers);
    return Object.assign(stream, { welcome: await stream.next('welcome') });
  }

  get status(): number {
    return this.response.statusCode ?? 0;
  }

  /** The body of a response that is not a stream. */
  async problem(): Promise<{ readonly [field: string]: unknown }> {
    await this.ended;
    return JSON.parse(this.text);
  }

  /** The next event, which must have this name. @throws Error if it is another, or the stream ends */
  async next(name = 'message'): Promise<StreamedEvent> {
    const event = await this.inbox.next();
    if (event.event === name) return event;
    throw new Error(`expected ${name}, got ${JSON.stringify(event)}`);
  }

  /** The contents of the next messages. */
  async take(count: number): Promise<unknown[]> {
    const contents: unknown[] = [];
    while (contents.length < count) contents.push((await this.next()).data.content);
    return contents;
  }

  /** Stops reading, like a page on a sleeping laptop. */
  stall(): void {
    this.response.pause();
    this.response.socket.pause();
  }

  resume(): void {
    this.response.socket.resume();
    this.response.resume();
  }

  /** Disconnects abruptly. */
  destroy(): void {
    this.response.destroy();
  }

  private read(chunk: string): void {
    this.text += chunk;
    if (this.status !== 200) return;
    const blocks = this.text.split('\n\n');
    this.text = blocks.pop() ?? '';
    for (const block of blocks) this.readBlock(block.split('\n'));
  }

  private readBlock(lines: readonly string[]): void {
    this.comments += lines.filter((line) => line.startsWith(':')).length;
    const {
      id,
      event = 'message',
      data,
      retry,
    } = Object.fromEntries(lines.map((line) => EVENT.exec(line)?.slice(1) ?? []));
    if (retry !== undefined) this.retryMs = Number(retry);
    if (data !== undefined) this.inbox.push({ id, event, data: JSON.parse(data) });
  }
}
