import { once } from 'node:events';
import { type Auth, CLOSE, type ClientMessage, type Hello, HUB_V1, type Publish } from '@ws-hub/protocol';
import { Inbox } from '@ws-hub/testing';
import { type WebSocket, WebSocketServer } from 'ws';

const WELCOME = {
  ...{ type: 'welcome', client_id: 'stub', session: 's', position: 'p-0', recovered: true },
  ...{ ping_interval: 25_000, max_payload: 65_536 },
};

/** A hub that welcomes its clients and does nothing else, so that a test decides what it answers and when. */
export class StubHub {
  readonly hellos = new Inbox<Hello>();
  readonly auths = new Inbox<Auth>();
  readonly published = new Inbox<Publish>();
  readonly sockets: WebSocket[] = [];
  /** What its welcome says of tokens. */
  expiresInMs: number | undefined;
  /** The tokens that it sends away. */
  readonly rejected = new Set<string>();

  private constructor(private readonly server: WebSocketServer) {
    server.on('connection', (socket) => {
      this.sockets.push(socket);
      socket.on('message', (data: Buffer) => this.hear(socket, data.toString()));
    });
  }

  /** @param protocol what it selects: hub.v1, or nothing and so plain */
  static async start(protocol: typeof HUB_V1 | false = HUB_V1): Promise<StubHub> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => protocol });
    await once(server, 'listening');
    return new StubHub(server);
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.server.address() as { port: number }).port}/ws`;
  }

  close(): void {
    for (const socket of this.sockets) socket.terminate();
    this.server.close();
  }

  private greet(socket: WebSocket, hello: Hello): void {
    this.hellos.push(hello);
    if (hello.token !== undefined && this.rejected.has(hello.token)) socket.close(CLOSE.unauthorized, 'no');
    else socket.send(JSON.stringify({ ...WELCOME, expires_in: this.expiresInMs }));
  }

  private authorize(socket: WebSocket, auth: Auth): void {
    this.auths.push(auth);
    socket.send(JSON.stringify({ type: 'authorized', expires_in: this.expiresInMs }));
  }

  private hear(socket: WebSocket, text: string): void {
    if (socket.protocol !== HUB_V1) return;
    const message = JSON.parse(text) as ClientMessage;
    if (message.type === 'hello') this.greet(socket, message);
    if (message.type === 'auth') this.authorize(socket, message);
    if (message.type === 'publish') this.published.push(message);
  }
}
