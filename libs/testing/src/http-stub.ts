import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Inbox } from './inbox.js';

const JSON_TYPE = { 'content-type': 'application/json' };

/** A request that waits for the test to answer it. */
export class StubRequest {
  constructor(
    readonly line: string,
    readonly headers: IncomingHttpHeaders,
    readonly body: unknown,
    readonly response: ServerResponse,
  ) {}

  answer(body: unknown, status = 200, headers: Record<string, string> = {}): void {
    this.response.writeHead(status, { ...JSON_TYPE, ...headers }).end(JSON.stringify(body));
  }

  problem(status: number, detail: string, headers: Record<string, string> = {}): void {
    this.answer({ type: 'about:blank', title: 'A Title', status, detail }, status, headers);
  }

  /** Starts an event stream, or continues it. */
  stream(text: string): void {
    if (!this.response.headersSent)
      this.response.writeHead(200, { 'content-type': 'text/event-stream', connection: 'close' });
    this.response.write(text);
  }

  cut(): void {
    this.response.destroy();
  }

  /** Resolves when the client has left. */
  async closed(): Promise<void> {
    if (!this.response.closed) await once(this.response, 'close');
  }
}

/** The HTTP side of a hub; the test gives every answer. */
export class HttpStub {
  private readonly requests = new Inbox<StubRequest>();

  readonly url: string;

  private constructor(private readonly server: Server) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', async (request, response) => {
      const { method, url, headers } = request;
      const text = Buffer.concat(await request.toArray()).toString();
      const body = text === '' ? undefined : JSON.parse(text);
      this.requests.push(new StubRequest(`${method} ${url}`, headers, body, response));
    });
  }

  static async start(): Promise<HttpStub> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new HttpStub(server);
  }

  next(): Promise<StubRequest> {
    return this.requests.next();
  }

  /** Requests that arrived and were not taken. */
  rest(): StubRequest[] {
    return this.requests.drain();
  }

  async stop(): Promise<void> {
    if (!this.server.listening) return;
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }
}
