import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

const PAGES = fileURLToPath(new URL('../../dist/console/', import.meta.url));
const FILE = /^\/(?:([\w-]+\.html)|(assets\/[\w.-]+))$/;
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The policy that a hub sends with its pages. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The answers below `/api`, by method and path without the query; undefined: 404. */
export type Answer = (method: string, path: string, query: URLSearchParams) => unknown;

export interface ConsoleServer {
  readonly origin: string;
  close(): void;
}

/** Serves the built pages with a hub's policy, and answers of the test; `/ws` is forwarded to a hub, if there is one. */
export async function serveConsole(answer: Answer, hubPort?: number): Promise<ConsoleServer> {
  const server = createServer((request, response) => {
    void respond(answer, request, response);
  });
  server.on('upgrade', (request: IncomingMessage, socket, head: Buffer) => {
    if (hubPort === undefined) return socket.destroy();
    const hub = connect(hubPort, '127.0.0.1');
    const { host: _, origin: __, ...headers } = request.headers;
    const lines = Object.entries({ ...headers, host: `127.0.0.1:${hubPort}` }).map(
      ([name, value]) => `${name}: ${value}`,
    );
    hub.write(`GET ${request.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    hub.write(head);
    hub.pipe(socket).pipe(hub);
    hub.on('error', () => socket.destroy());
    socket.on('error', () => hub.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function respond(answer: Answer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  response.setHeader('Content-Security-Policy', POLICY).setHeader('X-Content-Type-Options', 'nosniff');
  const [, page, asset] = FILE.exec(pathname === '/' ? '/index.html' : pathname) ?? [];
  const file = page ?? asset;
  if (file !== undefined) {
    response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream');
    response.end(await readFile(`${PAGES}${file}`));
    return;
  }
  const found = pathname.startsWith('/api/')
    ? answer(request.method ?? 'GET', pathname.slice(4), searchParams)
    : undefined;
  response.writeHead(found === undefined ? 404 : 200, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(found ?? { error: 'there is no such path' }));
}
