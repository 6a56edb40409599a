import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { StartError } from '@ws-hub/config';
import { API } from '@ws-hub/console-api';
import { Clock, Guard } from '@ws-hub/hub';
import { HubLogger } from '@ws-hub/nestjs';
import { AddressRates, ClientAddress, destroyOnError, networkOf, pathOf } from '@ws-hub/nestjs/gateway';
import type { FastifyInstance } from 'fastify';
import { SERVER_CONFIG, type ServerConfig } from '../config/server.config.js';
import { Door } from '../standalone/door.js';
import { endUnread, OneAtATime } from '../standalone/one-at-a-time.js';
import { readPageFiles } from '../standalone/page-files.js';
import { AdminSockets } from './admin-sockets.js';
import { consoleApp } from './console-app.js';
import { CONSOLE_VIEWS, ConsoleError, type ConsoleView } from './console-route.js';
import { Handover, isForHub } from './handover.js';
import { PasswordCheck } from './password-check.js';
import { readPasswordFile } from './password-file.js';
import { bodyFaultOf, faultOf, type RequestFault } from './request-checks.js';
import { addSessionRoutes, sessionIdOf } from './session-routes.js';
import { Sessions } from './sessions.js';
import { addViewRoutes } from './view-routes.js';

/** Requests of one address, or one session: ten browsers ask for less. */
const MAX_PER_SECOND = 100;
const CHECKING_INTERVAL_MS = 1_000;
const KEEP_ALIVE_MS = 5_000;

const SIGN_IN: RequestFault = { status: 401, message: 'sign in first' };
const TOO_MANY: RequestFault = {
  status: 429,
  message: `too many requests: ${MAX_PER_SECOND} per second are allowed`,
};

/**
 * Serves the console on its own port: its files, its API, and the requests that its pages send to the hub itself. It stays up
 * until the last client has left, so that an operator can watch the hub drain.
 */
@Injectable()
export class AdminServer implements OnApplicationShutdown {
  private readonly sockets = new AdminSockets();
  private readonly underWay = new OneAtATime();
  private readonly sessions: Sessions;
  private readonly rates = new AddressRates(MAX_PER_SECOND);
  private readonly addresses: ClientAddress;
  private readonly handover: Handover;
  private password: PasswordCheck | undefined;
  private app: FastifyInstance | undefined;

  constructor(
    @Inject(SERVER_CONFIG) private readonly config: ServerConfig,
    @Inject(CONSOLE_VIEWS) private readonly views: readonly ConsoleView[],
    private readonly clock: Clock,
    private readonly guard: Guard,
    private readonly logger: HubLogger,
    door: Door,
  ) {
    this.sessions = new Sessions(clock);
    this.addresses = new ClientAddress(config.trustedProxies);
    this.handover = new Handover(door, config.allowedOrigins);
  }

  /** @throws StartError if ADMIN_PORT cannot be bound, or the file of the password cannot be used */
  async listen(): Promise<void> {
    const { adminPort: port, adminHost: host } = this.config;
    if (port === 0) return;
    await this.readPassword();
    this.app = await this.build();
    await this.app.ready();
    try {
      this.app.server.listen(port, host);
      await once(this.app.server, 'listening');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new StartError(
        `ADMIN_PORT (--admin-port): "${port}" on "${host}" cannot be bound (${code}); allowed: a free port, or 0 for no console`,
      );
    }
    const { address } = this.app.server.address() as AddressInfo;
    this.logger.info({ event: 'console_listening', address, port }, 'console listening');
  }

  async onApplicationShutdown(): Promise<void> {
    const { app } = this;
    await app?.close();
    // Fastify leaves one open that it was given and did not have listen itself.
    app?.server.close();
    app?.server.closeAllConnections();
  }

  private async readPassword(): Promise<void> {
    const path = this.config.adminPasswordFile;
    if (path === '') return;
    const { hash, isOpen } = await readPasswordFile(path);
    this.password = new PasswordCheck(hash, this.clock);
    if (isOpen)
      this.logger.warn(
        { event: 'open_password_file', path },
        'every user of this machine can read ADMIN_PASSWORD_FILE: chmod 600',
      );
  }

  private async build(): Promise<FastifyInstance> {
    const app = await consoleApp({
      serverOf: (handle) => this.serverOf(handle),
      files: readPageFiles(),
      onBug: (error) => this.guard.failed('console', error),
    });
    app.addHook('onRequest', async ({ raw, routeOptions: { url } }) => {
      if (needsSession(url) && !this.isOpenTo(raw)) throw new ConsoleError(SIGN_IN.status, SIGN_IN.message);
    });
    addSessionRoutes(app, {
      sessions: this.sessions,
      password: this.password,
      networkOf: (request) => networkOf(this.addresses.of(request)),
      onLogin: (request, isRight) => this.tellOfLogin(request, isRight),
    });
    const routes = this.views.flatMap((view) => view.routes);
    addViewRoutes(app, routes, this.config.adminReadonly === 'true', ({ raw }) =>
      this.logger.info(
        { event: 'console_change', path: pathOf(raw), remote_address: this.addresses.of(raw) },
        'the console changed something for clients',
      ),
    );
    return app;
  }

  private serverOf(handle: RequestListener): Server {
    const { headersTimeoutMs: headersTimeout, requestTimeoutMs: requestTimeout } = this.config;
    const server = createServer({
      headersTimeout,
      requestTimeout,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: CHECKING_INTERVAL_MS,
      maxHeaderSize: this.config.maxHeaderBytes,
    });
    // For peers that do not read their answers.
    server.setTimeout(requestTimeout + 3 * CHECKING_INTERVAL_MS);
    server.on('connection', (socket: Socket) => this.sockets.enter(socket));
    server.on('request', (request: IncomingMessage, response: ServerResponse) =>
      this.guard.run(
        'console request',
        () => this.request(request, response, handle),
        () => response.destroy(),
      ),
    );
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.guard.run(
        'console upgrade',
        () => this.upgrade(request, socket, head),
        () => socket.destroy(),
      ),
    );
    return server;
  }

  private request(request: IncomingMessage, response: ServerResponse, handle: RequestListener): void {
    if (!this.underWay.isFree(request.socket)) {
      endUnread(request.socket);
      return;
    }
    this.underWay.begin(request.socket, response);
    const goesToHub = isForHub(request);
    const fault = this.faultOf(request, goesToHub) ?? (goesToHub ? undefined : bodyFaultOf(request));
    if (fault !== undefined) refuse(response, fault);
    else if (goesToHub) this.handover.request(request, response);
    else handle(request, response);
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', destroyOnError);
    if (!this.underWay.isFree(socket)) {
      endUnread(socket);
      return;
    }
    const fault = this.faultOf(request, true);
    if (fault !== undefined) {
      const message = JSON.stringify({ error: fault.message });
      socket.end(refusalBytes(fault.status, message), () => socket.destroy());
      return;
    }
    this.sockets.leave(request.socket);
    socket.off('error', destroyOnError);
    this.handover.upgrade(request, socket, head);
  }

  /** @param goesToHub whether it is nothing that the console answers */
  private faultOf(request: IncomingMessage, goesToHub: boolean): RequestFault | undefined {
    const session = this.sessions.find(sessionIdOf(request));
    this.sockets.touch(request.socket, session !== undefined);
    const payer = session ?? networkOf(this.addresses.of(request));
    if (!this.rates.take(payer, this.clock.monotonicMs())) return TOO_MANY;
    const fault = faultOf(request, this.password !== undefined);
    return fault ?? (goesToHub && !this.isOpenTo(request) ? SIGN_IN : undefined);
  }

  /** Whether it has a session, or needs none. */
  private isOpenTo(request: IncomingMessage): boolean {
    return this.password === undefined || this.sessions.find(sessionIdOf(request)) !== undefined;
  }

  private tellOfLogin(request: IncomingMessage, isRight: boolean): void {
    const fields = { remote_address: this.addresses.of(request) };
    if (isRight) this.logger.info({ event: 'console_login', ...fields }, 'signed in to the console');
    else this.logger.warn({ event: 'console_login_failed', ...fields }, 'wrong password for the console');
  }
}

/**
 * The files of the page are public; the data it shows and its API are not.
 *
 * @param route the route that the framework has found, if any: one path can be written in many ways (`/%61pi`)
 */
function needsSession(route: string | undefined): boolean {
  return route === undefined || (route.startsWith(`${API}/`) && route !== `${API}/session`);
}

function refuse(response: ServerResponse, { status, message }: RequestFault): void {
  response.writeHead(status, { ...REFUSED, 'Content-Type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify({ error: message }));
}

const REFUSED = { Connection: 'close', 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };

function refusalBytes(status: number, body: string): string {
  const headers = {
    ...REFUSED,
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`;
}
