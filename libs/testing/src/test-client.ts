import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { CLIENT_ID_HEADER, type Envelope, parseEnvelope } from '@ws-hub/protocol';
import { type ClientOptions, WebSocket } from 'ws';
import { Inbox } from './inbox.js';

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** A plain client with real sockets: `await client.next()`, `await client.closed`. */
export class TestClient {
  readonly closed: Promise<Closed>;
  private readonly inbox = new Inbox<string>();

  /** The client id that the hub has assigned. */
  clientId = '';

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.inbox.push(data.toString()));
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason: Buffer) => {
        this.inbox.end(`closed with ${code}`);
        resolve({ code, reason: reason.toString() });
      });
    });
  }

  /** @throws Error if the handshake is rejected */
  static async connect(url: string, options: ClientOptions = {}): Promise<TestClient> {
    const socket = new WebSocket(url, options);
    // Listens at once: the first message may arrive in one chunk with the handshake.
    const client = new TestClient(socket);
    const [[response]] = (await Promise.all([once(socket, 'upgrade'), once(socket, 'open')])) as [
      [IncomingMessage],
      unknown,
    ];
    client.clientId = String(response.headers[CLIENT_ID_HEADER.toLowerCase()]);
    return client;
  }

  send(content: string): void {
    this.socket.send(content);
  }

  /** From now on messages go to `listener` instead of `next`. */
  onMessage(listener: (message: Envelope) => void): void {
    this.socket.removeAllListeners('message');
    this.socket.on('message', (data: Buffer) => listener(parseEnvelope(data.toString())));
  }

  /** The next message as received. */
  nextText(): Promise<string> {
    return this.inbox.next();
  }

  async next(): Promise<Envelope> {
    return parseEnvelope(await this.nextText());
  }

  /** The next `count` messages. */
  async take(count: number): Promise<Envelope[]> {
    const taken: Envelope[] = [];
    while (taken.length < count) taken.push(await this.next());
    return taken;
  }

  /** Messages that arrived and were not taken. */
  unread(): string[] {
    return this.inbox.drain();
  }

  /** Disconnects abruptly, as when a cable is pulled. */
  vanish(): Promise<Closed> {
    this.socket.terminate();
    return this.closed;
  }

  async close(): Promise<Closed> {
    this.socket.close(1000);
    return this.closed;
  }
}
