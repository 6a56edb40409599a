import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { Guard, WorkBudget } from '@ws-hub/hub';
import { HubLogger } from '@ws-hub/nestjs';
import {
  answerProblem,
  Caps,
  ClientAddress,
  destroyOnError,
  failUpgrade,
  HttpRates,
  HubSocketServer,
  hasBody,
  Problem,
  plainAddress,
  type Refusal,
  RefusalCounter,
  refusal,
} from '@ws-hub/nestjs/gateway';
import { isHttpOn } from '../config/http.js';
import { SERVER_CONFIG, type ServerConfig } from '../config/server.config.js';
import { ApiEntrance, type ApiRequest } from './api-entrance.js';
import { badRequestAnswer } from './bad-request.js';
import { endUnread, OneAtATime } from './one-at-a-time.js';
import { WaitingRoom } from './waiting-room.js';

const BODY: Refusal = { status: 400, reason: 'body', message: 'requests here must not have a body' };
const NO_HOST: Refusal = { status: 400, reason: 'host', message: 'the Host header is missing' };
const PIPELINED: Refusal = {
  status: 400,
  reason: 'pipelined',
  message: 'pipelined requests are not supported; closed without a response',
};
const UNKNOWN_EXPECTATION = new Problem(417, 'the only supported expectation is 100-continue');
const INTERNAL_ERROR = { status: 500, message: 'internal error' };

/**
 * The entrance for everything that arrives over TCP, before any work is done for it: sockets, plain requests, upgrades.
 *
 * Each request is checked here, cheaply, before the framework sees it. A socket has at most one request in progress, and
 * sockets are bounded, so the work queue (`WorkBudget`) is bounded as well.
 */
@Injectable()
export class Door {
  private readonly addresses: ClientAddress;
  private readonly isApiOn: boolean;
  private readonly underWay = new OneAtATime();
  private toldOfProxy = false;
  /** The framework's listener; set by `open`. */
  private handle!: RequestListener;

  constructor(
    @Inject(SERVER_CONFIG) config: ServerConfig,
    private readonly caps: Caps,
    private readonly room: WaitingRoom,
    private readonly sockets: HubSocketServer,
    private readonly refusals: RefusalCounter,
    private readonly guard: Guard,
    private readonly budget: WorkBudget,
    private readonly rates: HttpRates,
    private readonly api: ApiEntrance,
    private readonly logger: HubLogger,
  ) {
    this.addresses = new ClientAddress(config.trustedProxies);
    this.isApiOn = isHttpOn(config);
    sockets.onTaken = (socket) => room.leave(socket);
    sockets.onRefused = (socket) => room.enter(socket);
  }

  /**
   * Takes over a server before it listens.
   *
   * @param handle the framework's listener for requests that are let through
   */
  open(server: Server, handle: RequestListener): void {
    this.handle = handle;
    server.on('connection', (socket: Socket) => this.admit(socket));
    // An Expect header would be answered by Node itself, past this door.
    for (const event of ['request', 'checkContinue', 'checkExpectation'])
      server.on(event, (request: IncomingMessage, response: ServerResponse) =>
        this.request(request, response, event),
      );
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.upgrade(request, socket, head),
    );
    server.on('dropRequest', (_request, socket: Duplex) => endUnread(socket));
    // Instead of Fastify's own handler, which neither counts nor names the peer.
    server.removeAllListeners('clientError');
    const answerBadRequest = badRequestAnswer(this.refusals, (socket) => this.isForApi(socket));
    server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) =>
      this.guard.run(
        'bad request',
        () => answerBadRequest(error, socket),
        () => socket.destroy(),
      ),
    );
  }

  /** A socket that is not a connection yet; also of another server that hands over its upgrades. */
  admit(socket: Socket): void {
    this.guard.run('accept', () => this.room.enter(socket));
  }

  /** A request, also one to another server that hands it over. @param event the one that it came with */
  request(request: IncomingMessage, response: ServerResponse, event = 'request'): void {
    this.guard.run(
      'request',
      () => this.judged(request, response, event),
      () => fail(response),
    );
  }

  /** An upgrade, also one to another server that hands it over, and whose socket was admitted. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.guard.run(
      'upgrade',
      () => this.judgedUpgrade(request, socket, head),
      () => failUpgrade(socket),
    );
  }

  private judged(request: IncomingMessage, response: ServerResponse, event: string): void {
    if (!this.isNext(request, request.socket)) return;
    this.underWay.begin(request.socket, response);
    const api = this.isApiOn ? this.api.requestOf(request, response) : undefined;
    if (api !== undefined) {
      this.apiRequest(api, event);
      return;
    }
    const refusal = this.judge(request);
    if (refusal !== undefined) {
      this.refusals.refused(request, refusal);
      answer(response, refusal);
      return;
    }
    this.later(
      'request',
      request.socket,
      () => this.handle(request, response),
      () => fail(response),
    );
  }

  private apiRequest(api: ApiRequest, event: string): void {
    const { request, response } = api;
    const { handle } = this;
    this.noteProxy(request);
    if (!this.api.charge(api)) return;
    const enter = () => {
      if (event === 'checkExpectation') answerProblem(response, UNKNOWN_EXPECTATION);
      else this.api.enter(api, event === 'checkContinue' ? continued(handle) : handle);
    };
    this.later('request', request.socket, enter, () => fail(response));
  }

  private judgedUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // From here on nothing else handles errors, and a vanished peer would crash the process.
    socket.on('error', destroyOnError);
    if (!this.isNext(request, socket)) return;
    this.noteProxy(request);
    this.later(
      'upgrade',
      socket,
      () => this.sockets.upgrade(request, socket, head),
      () => failUpgrade(socket),
    );
  }

  private later(what: string, socket: Duplex, task: () => void, onFailure: () => void): void {
    this.budget.run('door', () => {
      if (!socket.destroyed) this.guard.run(what, task, onFailure);
    });
  }

  private isNext(request: IncomingMessage, socket: Duplex): boolean {
    if (socket.destroyed) return false;
    if (this.underWay.isFree(socket)) {
      this.room.touch(request.socket);
      return true;
    }
    this.refusals.refused(request, PIPELINED);
    endUnread(socket);
    return false;
  }

  /** Whether a request below `/v1` is under way on a socket, and has no answer yet. */
  private isForApi(socket: Socket): boolean {
    const answer = this.underWay.lastOf(socket);
    if (!this.isApiOn || answer === undefined || answer.headersSent) return false;
    return this.api.requestOf(answer.req, answer) !== undefined;
  }

  private judge(request: IncomingMessage): Refusal | undefined {
    this.noteProxy(request);
    if (!this.rates.charge(request, this.addresses.of(request)))
      return refusal(429, 'http_rate', 'too many requests from this address');
    if (hasBody(request)) return BODY;
    return request.headers.host === undefined && request.httpVersion !== '1.0' ? NO_HOST : undefined;
  }

  /** Once: behind a proxy that is not trusted all clients are one address, and here one without limits. */
  private noteProxy(request: IncomingMessage): void {
    if (this.toldOfProxy || request.headers['x-forwarded-for'] === undefined) return;
    const address = plainAddress(request.socket.remoteAddress);
    if (this.addresses.trusts(address) || !this.caps.isUnlimited(address)) return;
    this.toldOfProxy = true;
    this.logger.warn(
      { event: 'untrusted_proxy', remote_address: address },
      'a proxy is in front: limits per address have no effect until TRUSTED_PROXIES names it',
    );
  }
}

/** A client that waits for 100 Continue may send the body now. */
function continued(handle: RequestListener): RequestListener {
  return (request, response) => {
    response.writeContinue();
    handle(request, response);
  };
}

function answer(response: ServerResponse, { status, message, headers }: Omit<Refusal, 'reason'>): void {
  response.shouldKeepAlive = false;
  response.writeHead(status, {
    ...headers,
    Connection: 'close',
    'Content-Type': 'text/plain; charset=utf-8',
  });
  response.end(`${message}\n`);
}

function fail(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else answer(response, INTERNAL_ERROR);
}
