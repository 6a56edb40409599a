import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { type AccessProblem, Guard, type Member } from '@ws-hub/hub';
import { CLIENT_ID_HEADER, HUB_V1 } from '@ws-hub/protocol';
import { type ServerOptions, WebSocketServer } from 'ws';
import { HubService } from '../hub.service.js';
import { HubMetrics } from '../telemetry/hub-metrics.js';
import type { Admission, Refusal } from './admission.js';
import { Authorization, type Grant } from './authorization.js';
import { refusal } from './caps.js';
import { newClientId } from './client-id.js';
import { closeCodeOf, closeRefused } from './close-refused.js';
import type { Dialect } from './dialect.js';
import { Doorkeeper, DRAINING } from './doorkeeper.js';
import { GATEWAY_OPTIONS, type GatewayOptions } from './gateway-options.js';
import { HubSocket } from './hub-socket.js';
import { PlainDialect } from './plain.dialect.js';
import { RefusalCounter } from './refusal-counter.js';
import { offersV1 } from './subprotocols.js';
import { tokenOf } from './token-sources.js';
import { V1Dialect } from './v1.dialect.js';

/** How long a rejected peer may take to close its side before it is terminated. */
const REFUSED_LINGER_MS = 1_000;

const INTERNAL_ERROR = { status: 500, message: 'internal error' };

/** An admitted client, and its channel. */
type Admitted = Admission & Grant & Pick<Member, 'remoteAddress'>;
type Settled = Admitted | (Admission & Refusal & Pick<Member, 'remoteAddress'>);

/** Why a client with a valid token is rejected nevertheless. */
export const ACCESS_PROBLEMS: Readonly<Record<AccessProblem, Refusal>> = {
  revoked: { status: 401, reason: 'unauthorized', message: 'the token is revoked' },
  too_many_connections: refusal(429, 'connections_per_user', 'too many connections of this user'),
};

/** A granted handshake. */
export interface Granted {
  readonly member: Member;
  readonly dialect: Dialect;
  /** The TCP socket below the WebSocket. */
  readonly tcp: Socket;
}

/** The WebSocket side of the HTTP server. Emits `connection` with the socket, the request and what was `Granted`. */
@Injectable()
export class HubSocketServer extends WebSocketServer<typeof HubSocket> {
  private readonly granted = new WeakMap<IncomingMessage, Granted>();
  /**
   * Called for each socket that the hub counts from now on. Set by the owner of the count of sockets that are not
   * connections.
   */
  onTaken: (socket: Socket) => void = () => undefined;
  /** Called for each rejected socket, possibly after the hub has counted it: it may stay open until its answer is read. */
  onRefused: (socket: Socket) => void = () => undefined;

  constructor(
    @Inject(GATEWAY_OPTIONS) private readonly hubOptions: GatewayOptions,
    private readonly hub: HubService,
    private readonly doorkeeper: Doorkeeper,
    private readonly refusals: RefusalCounter,
    private readonly metrics: HubMetrics,
    private readonly authorization: Authorization,
    private readonly guard: Guard,
    private readonly plain: PlainDialect,
    private readonly v1: V1Dialect,
  ) {
    super(webSocketOptions(hubOptions));
    this.on('headers', (headers, request) => this.addClientId(headers, request));
    this.on('wsClientError', ({ message }, socket, request) =>
      this.refuse(request, socket, { status: 400, reason: 'key', message }),
    );
  }

  /**
   * Turns an upgrade request into a connection, or rejects it with an HTTP response.
   *
   * @param socket must have the `error` listener `destroyOnError`
   */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const admission = this.doorkeeper.admit(request);
    if ('status' in admission) this.refuse(request, socket, admission);
    else this.authorize(admission, request, socket, head);
  }

  /** Rejects the clients that still wait for admission: the hub is shutting down. */
  drain(): void {
    this.authorization.refuseAll(DRAINING);
  }

  private authorize(admission: Admission, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const token = this.authorization.takesTokens ? tokenOf(request, this.hubOptions.authCookie) : undefined;
    if (typeof token === 'object') {
      this.turnAway(request, socket, head, token);
      return;
    }
    const remoteAddress = this.doorkeeper.addressOf(request);
    const dialect: Dialect = offersV1(request) ? this.v1 : this.plain;
    const connect = { request, channel: admission.channel, remoteAddress, dialect: dialect.protocol, token };
    const waits = this.authorization.ask(connect, socket, (answer) =>
      this.guard.run(
        'upgrade',
        () => this.settle(request, socket, head, dialect, { ...admission, ...answer, remoteAddress }),
        () => failUpgrade(socket),
      ),
    );
    if (waits) this.onTaken(request.socket);
  }

  /** Runs in the same turn of the event loop in which the connection joins, so nothing can be revoked in between. */
  private settle(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    dialect: Dialect,
    answer: Settled,
  ): void {
    const refusal = 'status' in answer ? answer : this.problemOf(answer, dialect);
    if (refusal !== undefined) this.turnAway(request, socket, head, refusal);
    else this.grant(request, socket, head, dialect, answer as Admitted);
  }

  /** Why a client with valid rights is rejected. */
  private problemOf({ access, channel, isJudgedAtHello }: Admitted, dialect: Dialect): Refusal | undefined {
    if (access === undefined || isJudgedAtHello) return undefined;
    const problem = this.hub.door.problemOf(access);
    if (problem !== undefined) return ACCESS_PROBLEMS[problem];
    // Plain has no message to say so later.
    if (dialect !== this.plain || access.may('subscribe', channel)) return undefined;
    return { status: 403, reason: 'unauthorized', message: `this client may not subscribe to ${channel}` };
  }

  private grant(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    dialect: Dialect,
    admitted: Admitted,
  ): void {
    const { channel, remoteAddress, access, clientId = newClientId() } = admitted;
    const isAuthenticated = admitted.clientId !== undefined;
    const member = { channel, remoteAddress, clientId, isAuthenticated, encoder: dialect.encoder, access };
    const granted = { member, dialect, tcp: request.socket };
    this.granted.set(request, granted);
    this.handleUpgrade(request, socket, head, (webSocket) => {
      // ws's own listeners are attached now; each further one would cost memory per idle client.
      socket.off('error', destroyOnError);
      this.onTaken(request.socket);
      this.metrics.connects.inc({ result: 'accepted' });
      this.emit('connection', webSocket, request, granted);
    });
  }

  /**
   * Rejects a client after its authorization. A page can read neither status nor headers of a rejected handshake: it
   * would see 1006 and retry forever. So pages get a WebSocket and a close code.
   */
  private turnAway(request: IncomingMessage, socket: Duplex, head: Buffer, refusal: Refusal): void {
    this.onRefused(request.socket);
    const code = request.headers.origin === undefined ? undefined : closeCodeOf(refusal);
    if (code === undefined) {
      this.refuse(request, socket, refusal);
      return;
    }
    this.refusals.refused(request, refusal);
    this.handleUpgrade(request, socket, head, (webSocket) => {
      socket.off('error', destroyOnError);
      webSocket.tcp = request.socket;
      closeRefused(webSocket, code, refusal.message);
    });
  }

  private addClientId(headers: string[], request: IncomingMessage): void {
    const granted = this.granted.get(request);
    if (granted?.dialect.tellsIdAtHandshake) headers.push(`${CLIENT_ID_HEADER}: ${granted.member.clientId}`);
  }

  private refuse(request: IncomingMessage, socket: Duplex, refusal: Refusal): void {
    this.refusals.refused(request, refusal);
    socket.end(httpAnswer(refusal));
    // Its remaining input is read and dropped, or a reset could lose the answer.
    socket.resume();
    setTimeout(() => socket.destroy(), REFUSED_LINGER_MS).unref();
  }
}

// The types do not know closeTimeout yet; ws has had it since 8.19.
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
    // Otherwise ws selects the first offered subprotocol, whether the hub supports it or not.
    handleProtocols: (offers) => offers.has(HUB_V1) && HUB_V1,
  };
}

/** For an upgrade whose handling has failed. */
export function failUpgrade(socket: Duplex): void {
  socket.end(httpAnswer(INTERNAL_ERROR), () => socket.destroy());
}

/** Shared by all sockets. */
export function destroyOnError(this: Duplex): void {
  this.destroy();
}

/** A complete response; the connection ends after it. */
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
