import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How a hub delivers a message to its listeners, correctly or not. */
export type Tell = (listeners: readonly ServerResponse[], event: string, n: number) => void;

/** An HTTP-only hub that does not recognize repeated keys, and whose handling of each message the test defines. */
export class HttpHub {
  private readonly listeners = new Set<ServerResponse>();
  private stored = 0;

  /** @param losesAnswer whether it drops the connection after the message, instead of answering */
  private constructor(
    private readonly server: Server,
    private readonly tell: Tell,
    private readonly losesAnswer: (n: number) => boolean,
  ) {
    server.on('request', (request, response) => void this.answer(request, response));
  }

  static async start(tell: Tell, losesAnswer: (n: number) => boolean = () => false): Promise<HttpHub> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new HttpHub(server, tell, losesAnswer);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/v1/info') response.writeHead(403).end();
    else if (request.url?.startsWith('/v1/events')) this.welcome(response);
    else await this.take(request, response);
  }

  private welcome(response: ServerResponse): void {
    this.listeners.add(response);
    response.on('close', () => this.listeners.delete(response));
    response.writeHead(200, { 'content-type': 'text/event-stream', connection: 'close' });
    response.write('event: welcome\nid: 0\ndata: {"client_id":"x","recovered":true}\n\n');
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString());
    const results = [body].flat().map(({ content }) => this.store(content));
    if (this.losesAnswer(this.stored)) response.destroy();
    else response.end(JSON.stringify(Array.isArray(body) ? { results } : results[0]));
  }

  private store(content: string) {
    const id = `${++this.stored}`;
    const message = { type: 'message', id, channel: 'main', client_id: 'key.x', timestamp: 1, content };
    this.tell([...this.listeners], `id: ${id}\ndata: ${JSON.stringify(message)}\n\n`, this.stored);
    return { id, duplicate: false };
  }
}
