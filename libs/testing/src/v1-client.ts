import { once } from 'node:events';
import { type ClientMessage, type Hello, HUB_V1, type HubMessage, type Welcome } from '@ws-hub/protocol';
import { type ClientOptions, WebSocket } from 'ws';
import { Inbox } from './inbox.js';
import type { Closed } from './test-client.js';

type Of<Type extends HubMessage['type']> = Extract<HubMessage, { type: Type }>;

/** A hub.v1 client at the level of the protocol, which does nothing of its own but answer pings. */
export class V1Client {
  readonly closed: Promise<Closed>;
  private readonly inbox = new Inbox<HubMessage>();

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.receive(JSON.parse(data.toString()) as HubMessage));
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason: Buffer) => {
        this.inbox.end(`closed with ${code}: ${reason}`);
        resolve({ code, reason: reason.toString() });
      });
    });
  }

  /** A connection before its hello. */
  static async open(url: string, protocols = [HUB_V1], options: ClientOptions = {}): Promise<V1Client> {
    const socket = new WebSocket(url, protocols, options);
    const client = new V1Client(socket);
    await once(socket, 'open');
    return client;
  }

  /** A connection whose hello was answered. */
  static async join(
    url: string,
    hello: Omit<Hello, 'type'> = {},
    options: ClientOptions = {},
  ): Promise<V1Client & { welcome: Welcome }> {
    const client = await V1Client.open(url, [HUB_V1], options);
    client.send({ type: 'hello', ...hello });
    return Object.assign(client, { welcome: await client.next('welcome') });
  }

  send(message: ClientMessage): void {
    this.sendText(JSON.stringify(message));
  }

  sendText(text: string): void {
    this.socket.send(text);
  }

  publish(key: string, content = key, channel?: string): void {
    this.send({ type: 'publish', key, content, channel });
  }

  /** The next message, which must be of this type. @throws Error if it is of another, or the connection ends */
  async next<Type extends HubMessage['type']>(type: Type): Promise<Of<Type>> {
    const message = await this.inbox.next();
    if (message.type === type) return message as Of<Type>;
    throw new Error(`expected ${type}, got ${JSON.stringify(message)}`);
  }

  /** The next messages of any type. */
  async take(count: number): Promise<HubMessage[]> {
    const taken: HubMessage[] = [];
    while (taken.length < count) taken.push(await this.inbox.next());
    return taken;
  }

  /** Expects that no other message waits: sends a ping, and the next message must be its pong. */
  async expectNothing(): Promise<void> {
    this.send({ type: 'ping' });
    await this.next('pong');
  }

  async close(): Promise<Closed> {
    this.socket.close(1000);
    return this.closed;
  }

  private receive(message: HubMessage): void {
    if (message.type === 'ping') this.send({ type: 'pong' });
    else this.inbox.push(message);
  }
}
