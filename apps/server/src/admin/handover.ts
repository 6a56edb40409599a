import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { SESSION_COOKIE } from '@ws-hub/console-api';
import { belowRoot, pathOf } from '@ws-hub/nestjs/gateway';
import { HUB_PATH } from '@ws-hub/protocol';
import type { Door } from '../standalone/door.js';

/** What an answer of the hub lacks that is shown on the console's origin. */
const HEADERS = { 'X-Content-Type-Options': 'nosniff', 'Content-Security-Policy': "default-src 'none'" };

/** Whether the hub answers it, on its own port and here. */
export function isForHub(request: IncomingMessage): boolean {
  const path = pathOf(request);
  return path === HUB_PATH || belowRoot(path) !== undefined;
}

/**
 * Passes requests of the console's pages to the hub, as if they had arrived at its own port: the page needs no other origin,
 * and a tunnel to one port is enough. All limits of the hub apply to them.
 */
export class Handover {
  private readonly origin: string | undefined;

  constructor(
    private readonly door: Pick<Door, 'request' | 'upgrade' | 'admit'>,
    allowedOrigins: readonly string[],
  ) {
    [this.origin] = allowedOrigins;
  }

  request(request: IncomingMessage, response: ServerResponse): void {
    hide(request, undefined);
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    this.door.request(request, response);
  }

  /** A page has an origin, so that a refusal gets a close code that it can read: one that the hub lets in. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    hide(request, request.headers.origin && (this.origin ?? request.headers.origin));
    this.door.admit(request.socket);
    this.door.upgrade(request, socket, head);
  }
}

/** The hub must not see the cookies of this console, nor of another one on the same host. */
function hide({ headers }: IncomingMessage, origin: string | undefined): void {
  if (origin === undefined) delete headers.origin;
  else headers.origin = origin;
  const cookies = headers.cookie?.split(';').filter((pair) => !pair.trim().startsWith(SESSION_COOKIE));
  if (cookies === undefined || cookies.length === 0) delete headers.cookie;
  else headers.cookie = cookies.join(';');
}
