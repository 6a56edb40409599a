import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Exchange } from './answers.js';

type Seen = { -readonly [Name in keyof Exchange]: Exchange[Name] };

/** A proxy in front of a hub that records its responses. */
export class Witness {
  readonly seen: Exchange[] = [];

  private constructor(
    private readonly server: Server,
    private readonly hubPort: number,
  ) {
    server.on('request', (incoming, response) => this.pass(incoming, response));
  }

  /** @param hubPort on loopback; nobody has to listen there yet */
  static async before(hubPort: number): Promise<Witness> {
    const server = createServer();
    const witness = new Witness(server, hubPort);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return witness;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private pass(incoming: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers } = incoming;
    const outgoing = request({ host: '127.0.0.1', port: this.hubPort, method, path: url, headers });
    outgoing.on('response', (answer) =>
      this.answer({ method, path: url.replace(/\?.*/, '') }, answer, response),
    );
    outgoing.on('error', () => response.destroy());
    response.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  }

  private answer(
    asked: Pick<Exchange, 'method' | 'path'>,
    answer: IncomingMessage,
    response: ServerResponse,
  ): void {
    const { statusCode: status = 0, headers } = answer;
    const seen: Seen = { ...asked, status, headers, body: '' };
    this.seen.push(seen);
    answer.on('data', (chunk: Buffer) => {
      seen.body += chunk;
    });
    response.writeHead(status, headers);
    response.flushHeaders();
    answer.pipe(response);
  }
}
