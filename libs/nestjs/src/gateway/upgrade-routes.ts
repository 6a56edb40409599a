import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { pathOf, type Refusal } from './admission.js';
import { destroyOnError, httpAnswer } from './upgrade.js';

/** Takes over the socket of an upgrade request, with the bytes that were read after the headers. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Shared by all copies of this package in a process. */
const ROUTES = Symbol.for('ws-hub.upgrade-routes');

/**
 * Node keeps this many names and values together, unless the server is configured otherwise, and silently drops the
 * rest.
 */
const MAX_RAW_HEADERS = 2_000;

const TOO_MANY_HEADERS: Omit<Refusal, 'reason'> = { status: 431, message: 'too many headers' };

type RoutedServer = Server & { [ROUTES]?: UpgradeRoutes };

/**
 * Routes the upgrades of one path of a server to `handle` only. Other listeners of the `upgrade` event do not see them,
 * whenever they are added: common ones (platform-ws, engine.io) destroy the sockets of unknown paths. All other
 * requests are handled as before.
 *
 * @returns removes the route
 * @throws Error if the path is taken
 */
export function routeUpgrades(server: Server, path: string, handle: UpgradeHandler): () => void {
  const routed: RoutedServer = server;
  routed[ROUTES] ??= new UpgradeRoutes(server);
  return routed[ROUTES].add(path, handle);
}

class UpgradeRoutes {
  private readonly handlers = new Map<string, UpgradeHandler>();
  private readonly emit: Server['emit'];

  constructor(private readonly server: Server) {
    this.emit = server.emit;
    server.emit = (event: string, ...args: unknown[]) => this.emitted(event, args);
  }

  add(path: string, handle: UpgradeHandler): () => void {
    if (this.handlers.has(path))
      throw new Error(
        `path: "${path}" is taken by another HubModule of this HTTP server; allowed: a path of its own`,
      );
    // Without a listener Node handles an upgrade as an ordinary request.
    if (this.handlers.size === 0) this.server.on('upgrade', marker);
    this.handlers.set(path, handle);
    return () => {
      this.handlers.delete(path);
      if (this.handlers.size === 0) this.server.off('upgrade', marker);
    };
  }

  private emitted(event: string, args: unknown[]): boolean {
    if (event === 'upgrade' && this.handlers.size > 0) {
      const [request, socket, head] = args as Parameters<UpgradeHandler>;
      const handle = this.handlers.get(pathOf(request));
      if (handle !== undefined) {
        handle(request, socket, head);
        return true;
      }
      if (this.server.listenerCount('upgrade') === 1) return readAgain(this.server, request, socket, head);
    }
    return Reflect.apply(this.emit, this.server, [event, ...args]);
  }
}

function marker(): void {
  return;
}

/**
 * No route takes this upgrade. Without the listener above, Node would not have treated it as one, so it goes back as an
 * ordinary request. Java's HTTP client asks for HTTP/2 like that with each first request, also with a POST and its
 * body.
 */
function readAgain(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
  if (mayLackHeaders(server, request)) {
    socket.on('error', destroyOnError).end(httpAnswer(TOO_MANY_HEADERS), () => socket.destroy());
    return true;
  }
  socket.unshift(Buffer.concat([Buffer.from(headOf(request), 'latin1'), head]));
  return connect(server, socket);
}

/**
 * Gives the socket back to Node's own HTTP listener only. Other listeners know it already and would register it again
 * (Nest and Fastify do with `forceCloseConnections`).
 */
function connect(server: Server, socket: Duplex): boolean {
  const event = 'encrypted' in socket ? 'secureConnection' : 'connection';
  const own = server.listeners(event).find(({ name }) => name === 'connectionListener');
  if (own === undefined) return server.emit(event, socket);
  Reflect.apply(own, server, [socket]);
  return true;
}

/** If a length header was dropped, the body would be parsed as the next request: one that no proxy has checked. */
function mayLackHeaders({ maxHeadersCount }: Server, { rawHeaders }: IncomingMessage): boolean {
  const max = typeof maxHeadersCount === 'number' ? 2 * maxHeadersCount : MAX_RAW_HEADERS;
  return max > 0 && rawHeaders.length >= max;
}

/** The request as it arrived, without `upgrade` in its Connection header (RFC 9110, section 7.8). */
function headOf({ method, url, httpVersion, rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    lines.push(`${name}: ${name.toLowerCase() === 'connection' ? withoutUpgrade(value) : value}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function withoutUpgrade(tokens: string): string {
  const left = tokens.split(',').filter((token) => token.trim().toLowerCase() !== 'upgrade');
  return left.join(',').trim();
}
