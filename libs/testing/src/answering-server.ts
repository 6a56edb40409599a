import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Inbox } from './inbox.js';

export interface Asked {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** `silence`: the request is accepted and never answered. */
export type Behaviour = (asked: Asked) => Answer | 'silence' | Promise<Answer | 'silence'>;

/** An HTTP server that answers as the test says: a key set, a webhook, or a broken server. */
export class AnsweringServer {
  requests = 0;
  readonly asked = new Inbox<Asked>();
  readonly url: string;

  private constructor(
    private readonly server: Server,
    public behaviour: Behaviour,
  ) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    server.on('request', async (request, response) => {
      this.requests += 1;
      const { method = '', headers } = request;
      const chunks: Buffer[] = await request.toArray();
      const asked = { method, headers, body: Buffer.concat(chunks).toString() };
      this.asked.push(asked);
      const answer = await this.behaviour(asked);
      if (answer !== 'silence') response.writeHead(answer.status ?? 200, answer.headers).end(answer.body);
    });
  }

  static async start(behaviour: Behaviour): Promise<AnsweringServer> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new AnsweringServer(server, behaviour);
  }

  async stop(): Promise<void> {
    if (!this.server.listening) return;
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }
}
