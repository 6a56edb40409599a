import { randomBytes } from 'node:crypto';
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { Guard, type Member } from '@ws-hub/hub';
import { CLIENT_ID_HEADER, HUB_V1 } from '@ws-hub/protocol';
import { type ServerOptions, WebSocketServer } from 'ws';
import { HubMetrics } from '../telemetry/hub-metrics.js';
import type { Admission, Refusal } from './admission.js';
import { Authorization, type Grant } from './authorization.js';
import type { Dialect } from './dialect.js';
import { Doorkeeper, DRAINING } from './doorkeeper.js';
import { GATEWAY_OPTIONS, type GatewayOptions } from './gateway-options.js';
import { HubSocket } from './hub-socket.js';
import { PlainDialect } from './plain.dialect.js';
import { RefusalCounter } from './refusal-counter.js';
import { V1Dialect } from './v1.dialect.js';

const CLIENT_ID_BYTES = 16;
/** A peer that does not end its side after a refusal is cut off. */
const REFUSED_LINGER_MS = 1_000;

const INTERNAL_ERROR = { status: 500, message: 'internal error' };

/** Who comes in, and where. */
type Admitted = Admission & Grant & Pick<Member, 'remoteAddress'>;

/** A handshake that was granted. */
export interface Granted {
  readonly member: Member;
  readonly dialect: Dialect;
  /** The TCP socket under the WebSocket. */
  readonly tcp: Socket;
}

/** The WebSocket side of the HTTP server: emits `connection` with socket, request and what was `Granted`. */
@Injectable()
export class HubSocketServer extends WebSocketServer<typeof HubSocket> {
  private readonly granted = new WeakMap<IncomingMessage, Granted>();
  /** Set by whoever counts sockets that are no connections: told of each that the hub counts from now on. */
  onTaken: (socket: Socket) => void = () => undefined;

  constructor(
    @Inject(GATEWAY_OPTIONS) options: GatewayOptions,
    private readonly doorkeeper: Doorkeeper,
    private readonly refusals: RefusalCounter,
    private readonly metrics: HubMetrics,
    private readonly authorization: Authorization,
    private readonly guard: Guard,
    private readonly plain: PlainDialect,
    private readonly v1: V1Dialect,
  ) {
    super(webSocketOptions(options));
    this.on('headers', (headers, request) => this.addClientId(headers, request));
    this.on('wsClientError', ({ message }, socket, request) =>
      this.refuse(request, socket, { status: 400, reason: 'key', message }),
    );
  }

  /**
   * Makes a request for an upgrade a connection, or answers in HTTP why not.
   *
   * @param socket has a listener for `error`: `destroyOnError`
   */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const admission = this.doorkeeper.admit(request);
    if ('status' in admission) {
      this.refuse(request, socket, admission);
      return;
    }
    const remoteAddress = this.doorkeeper.addressOf(request);
    const dialect = offersV1(request) ? ('hub.v1' as const) : ('plain' as const);
    const connect = { request, channel: admission.channel, remoteAddress, dialect, token: undefined };
    const waits = this.authorization.ask(connect, socket, (answer) =>
      this.guard.run(
        'upgrade',
        () => {
          if ('status' in answer) this.refuse(request, socket, answer);
          else this.grant(request, socket, head, { ...admission, ...answer, remoteAddress });
        },
        () => failUpgrade(socket),
      ),
    );
    if (waits) this.onTaken(request.socket);
  }

  /** Those that still wait to be let in are refused: the hub is about to end. */
  drain(): void {
    this.authorization.refuseAll(DRAINING);
  }

  private grant(request: IncomingMessage, socket: Duplex, head: Buffer, admitted: Admitted): void {
    const dialect = offersV1(request) ? this.v1 : this.plain;
    const { channel, remoteAddress, clientId = newClientId() } = admitted;
    const isAuthenticated = admitted.clientId !== undefined;
    const member = { channel, remoteAddress, clientId, isAuthenticated, encoder: dialect.encoder };
    const granted = { member, dialect, tcp: request.socket };
    this.granted.set(request, granted);
    this.handleUpgrade(request, socket, head, (webSocket) => {
      // Its own listeners are there now; each one more would cost memory for every idle client.
      socket.off('error', destroyOnError);
      this.onTaken(request.socket);
      this.metrics.connects.inc({ result: 'accepted' });
      this.emit('connection', webSocket, request, granted);
    });
  }

  private addClientId(headers: string[], request: IncomingMessage): void {
    const granted = this.granted.get(request);
    if (granted?.dialect.tellsIdAtHandshake) headers.push(`${CLIENT_ID_HEADER}: ${granted.member.clientId}`);
  }

  private refuse(request: IncomingMessage, socket: Duplex, refusal: Refusal): void {
    this.refusals.refused(request, refusal);
    socket.end(httpAnswer(refusal));
    // What it still sends is read and dropped, or the answer could be lost to a reset.
    socket.resume();
    setTimeout(() => socket.destroy(), REFUSED_LINGER_MS).unref();
  }
}

// The type of the options does not know closeTimeout yet; ws does since 8.19.
function webSocketOptions(
  config: GatewayOptions,
): ServerOptions<typeof HubSocket> & { closeTimeout: number } {
  return {
    noServer: true,
    WebSocket: HubSocket,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: config.maxPayload,
    maxFragments: config.maxFragments,
    maxBufferedChunks: config.maxBufferedChunks,
    closeTimeout: config.closeTimeoutMs,
    // Without this ws answers the first subprotocol that is offered, as if the hub spoke it.
    handleProtocols: (offers) => offers.has(HUB_V1) && HUB_V1,
  };
}

/** Wherever it stands in the list (ws reads the same list for its answer). */
function offersV1({ headers }: IncomingMessage): boolean {
  const offers = headers['sec-websocket-protocol']?.split(',') ?? [];
  return offers.some((offer) => offer.trim() === HUB_V1);
}

function newClientId(): string {
  return randomBytes(CLIENT_ID_BYTES).toString('base64url');
}

/** For an upgrade in whose handling something has failed. */
export function failUpgrade(socket: Duplex): void {
  socket.end(httpAnswer(INTERNAL_ERROR), () => socket.destroy());
}

/** Shared by all sockets. */
export function destroyOnError(this: Duplex): void {
  this.destroy();
}

/** A whole answer, after which the connection ends. */
export function httpAnswer({ status, message, headers }: Omit<Refusal, 'reason'>): string {
  const body = `${message}\n`;
  const lines = Object.entries({
    Connection: 'close',
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', body].join('\r\n');
}
