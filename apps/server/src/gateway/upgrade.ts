import { randomBytes } from 'node:crypto';
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { CLIENT_ID_HEADER } from '@ws-hub/protocol';
import { PinoLogger } from 'nestjs-pino';
import { type ServerOptions, WebSocketServer } from 'ws';
import type { Member } from '../hub/connection.js';
import { type Admission, admit, type Refusal } from './admission.js';
import { HubSocket } from './hub-socket.js';

export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

const CLIENT_ID_BYTES = 16;
const CLOSE_HANDSHAKE_TIMEOUT_MS = 5_000;
const MAX_PAYLOAD_BYTES = 65_536;

// The type of the options does not know closeTimeout yet; ws does since 8.19.
const OPTIONS: ServerOptions<typeof HubSocket> & { closeTimeout: number } = {
  noServer: true,
  WebSocket: HubSocket,
  clientTracking: false,
  perMessageDeflate: false,
  maxPayload: MAX_PAYLOAD_BYTES,
  closeTimeout: CLOSE_HANDSHAKE_TIMEOUT_MS,
  // Without this ws answers the first subprotocol that is offered, as if the hub spoke it.
  handleProtocols: () => false,
};

/**
 * The WebSocket side of the one HTTP server: emits `connection` with the socket, the request and the `Member` to join as.
 */
@Injectable()
export class HubSocketServer extends WebSocketServer<typeof HubSocket> {
  private readonly granted = new WeakMap<IncomingMessage, Member>();

  constructor(private readonly logger: PinoLogger) {
    super(OPTIONS);
    this.on('headers', (headers, request) => this.addClientId(headers, request));
    this.on('wsClientError', (error, socket, request) =>
      this.refuse(request, socket, { status: 400, reason: error.message }),
    );
  }

  /** Listener of the HTTP server's `upgrade` event: a connection, or an answer in HTTP that says why not. */
  readonly serverOnUpgrade: UpgradeListener = (request, socket, head) => {
    const answer = admit(request);
    if ('status' in answer) this.refuse(request, socket, answer);
    else this.grant(request, socket, head, answer);
  };

  private grant(request: IncomingMessage, socket: Duplex, head: Buffer, admission: Admission): void {
    const member = {
      ...admission,
      clientId: newClientId(),
      remoteAddress: addressOf(request.socket),
      transport: request.socket,
    };
    this.granted.set(request, member);
    this.handleUpgrade(request, socket, head, (webSocket) =>
      this.emit('connection', webSocket, request, member),
    );
  }

  /** Listener of the HTTP server's `clientError` event: Fastify answers what is no HTTP, this only tells of it. */
  readonly serverOnClientError = (error: NodeJS.ErrnoException, socket: Duplex): void => {
    const remote_address = socket instanceof Socket ? addressOf(socket) : 'unknown';
    const err = { type: error.name, code: error.code, message: error.message };
    this.logger.warn({ event: 'handshake_refused', remote_address, err }, 'handshake refused');
  };

  private addClientId(headers: string[], request: IncomingMessage): void {
    const member = this.granted.get(request);
    if (member) headers.push(`${CLIENT_ID_HEADER}: ${member.clientId}`);
  }

  private refuse(request: IncomingMessage, socket: Duplex, refusal: Refusal): void {
    this.logger.warn(
      {
        event: 'handshake_refused',
        remote_address: addressOf(request.socket),
        ...refusal,
        headers: undefined,
      },
      'handshake refused',
    );
    // A peer that is gone before its answer; without a listener this would end the process.
    socket.on('error', () => socket.destroy());
    socket.end(httpAnswer(refusal));
  }
}

function newClientId(): string {
  return randomBytes(CLIENT_ID_BYTES).toString('base64url');
}

/** IPv4 clients of a socket that listens on both families come as `::ffff:a.b.c.d`. */
function addressOf({ remoteAddress = 'unknown' }: Socket): string {
  return remoteAddress.replace(/^::ffff:(?=\d+\.)/, '');
}

function httpAnswer({ status, reason, headers }: Refusal): string {
  const body = `${reason}\n`;
  const lines = Object.entries({
    Connection: 'close',
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', body].join('\r\n');
}
