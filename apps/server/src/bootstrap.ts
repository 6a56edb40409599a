import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import { StartError } from '@ws-hub/config';
import { Guard, LogStartError } from '@ws-hub/hub';
import { FrameworkLogger } from '@ws-hub/logging';
import { HubLogger } from '@ws-hub/nestjs';
import { ProblemFilter } from '@ws-hub/nestjs/gateway';
import { ApiKeyFileError } from '@ws-hub/nestjs/keys';
import { AdminServer } from './admin/admin-server.js';
import { AppModule } from './app.module.js';
import { isHttpOn } from './config/http.js';
import type { ServerConfig } from './config/server.config.js';
import { Door } from './standalone/door.js';
import { InternalErrorFilter } from './standalone/internal-error.filter.js';
import { MetricsServer } from './standalone/metrics.server.js';
import { warnAtStart } from './standalone/start-warnings.js';
import { Traces } from './traces.js';

/** How often Node looks for requests that take too long. */
const CHECKING_INTERVAL_MS = 1_000;
/** Long enough for a load balancer's next look at health; a socket that does nothing keeps others out. */
const KEEP_ALIVE_MS = 5_000;
const MAX_REQUESTS_PER_SOCKET = 1_000;

/** Builds the hub from a configuration; `main.ts` and every test use it, and listen when they are ready. */
export async function bootstrap(config: ServerConfig): Promise<NestFastifyApplication> {
  const traces = await Traces.start(config);
  const server = httpServer(config);
  // Set by the constructor of the adapter.
  let handle!: RequestListener;
  const adapter = new FastifyAdapter({
    forceCloseConnections: true,
    // It is for each route to say what a name may be.
    routerOptions: { maxParamLength: config.maxHeaderBytes },
    // By default Fastify loads about a hundred modules for this.
    schemaController: {
      compilersFactory: { buildValidator: compileNothing, buildSerializer: compileNothing },
    },
    serverFactory: (handler: RequestListener) => {
      handle = handler;
      return server;
    },
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.register(config, traces), adapter, {
    bufferLogs: true,
    abortOnError: false,
    // Bodies are read as bytes, and only below /v1.
    bodyParser: false,
  });
  readBodies(adapter, config);
  app.useLogger(app.get(FrameworkLogger));
  const problems = isHttpOn(config) ? app.get(ProblemFilter) : undefined;
  app.useGlobalFilters(new InternalErrorFilter(app.get(Guard), adapter, problems));
  app.get(Door).open(server, handle);
  return app;
}

function readBodies(adapter: FastifyAdapter, { maxHttpBody }: ServerConfig): void {
  const fastify = adapter.getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    ['text/plain', 'application/json'],
    { parseAs: 'buffer', bodyLimit: maxHttpBody },
    (_request, body, done) => done(null, body),
  );
}

/** The hub's routes have no JSON schemas. */
function compileNothing(): never {
  throw new Error('a route has a JSON schema, but the hub has no schema compiler');
}

/** The one server, for HTTP and WebSocket; everything that reaches it passes the door. */
function httpServer(config: ServerConfig): Server {
  const server = createServer({
    headersTimeout: config.headersTimeoutMs,
    requestTimeout: config.requestTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: CHECKING_INTERVAL_MS,
    maxHeaderSize: config.maxHeaderBytes,
    // Node would answer by itself, without any limit; the door checks instead.
    requireHostHeader: false,
  });
  server.maxRequestsPerSocket = MAX_REQUESTS_PER_SOCKET;
  // For peers that do not read their answers; ws takes it off when a socket becomes a connection. Late enough for a 408.
  server.setTimeout(config.requestTimeoutMs + 3 * CHECKING_INTERVAL_MS);
  return server;
}

/**
 * Opens the hub's one port, for HTTP and WebSocket.
 *
 * @returns the port, also if the system has chosen it
 * @throws StartError if the address cannot be bound, or the file of API keys cannot be used
 */
export async function listen(app: NestFastifyApplication, config: ServerConfig): Promise<number> {
  try {
    await app.listen(config.port, config.host || anyAddress());
    await app.get(MetricsServer).listen();
    await app.get(AdminServer).listen();
  } catch (error) {
    await app.close();
    throw listenError(error, config);
  }
  const address = (app.getHttpServer() as Server).address() as AddressInfo;
  const logger = app.get(HubLogger);
  warnAtStart(logger, config);
  logger.info({ event: 'listening', address: address.address, port: address.port }, 'listening');
  return address.port;
}

/** `::` takes IPv4 as well, but cannot be bound on a machine where IPv6 is switched off. */
function anyAddress(): string {
  const addresses = Object.values(networkInterfaces()).flat();
  return addresses.some((address) => address?.family === 'IPv6') ? '::' : '0.0.0.0';
}

const LISTEN_ERRORS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'PORT (--port): "%p" is in use; allowed: a free port, or 0 for any',
  EACCES:
    'PORT (--port): "%p" requires privileges that this process does not have; allowed: a port from 1024 up',
};
const BAD_HOST =
  'HOST (--host): "%h" cannot be bound (%c); allowed: an address or name of this machine, or empty';
const KEY_FILE = 'a file written by ws-hub key create';
/** The calls that fail because of the address, whatever the code. */
const ADDRESS_CALLS = new Set(['bind', 'getaddrinfo', 'listen']);

function listenError(error: unknown, { host, port }: ServerConfig): unknown {
  if (error instanceof LogStartError) return new StartError(error.message);
  if (error instanceof ApiKeyFileError)
    return new StartError(`API_KEYS_FILE (--api-keys-file): ${error.message}; allowed: ${KEY_FILE}`);
  const { code = '', syscall = '' } = error as NodeJS.ErrnoException;
  const message = LISTEN_ERRORS[code] ?? (ADDRESS_CALLS.has(syscall) ? BAD_HOST : undefined);
  if (message === undefined) return error;
  return new StartError(message.replace('%p', String(port)).replace('%h', host).replace('%c', code));
}
