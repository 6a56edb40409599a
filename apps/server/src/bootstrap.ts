import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import { StartError } from '@ws-hub/config';
import { FrameworkLogger } from '@ws-hub/logging';
import { PinoLogger } from 'nestjs-pino';
import { AppModule } from './app.module.js';
import type { ServerConfig } from './config/server.config.js';
import { HubWsAdapter } from './gateway/ws.adapter.js';

/** Builds the hub from a configuration; `main.ts` and every test use it, and listen when they are ready. */
export async function bootstrap(config: ServerConfig): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.register(config),
    new FastifyAdapter({ forceCloseConnections: true }),
    { bufferLogs: true, abortOnError: false },
  );
  app.useLogger(app.get(FrameworkLogger));
  app.useWebSocketAdapter(new HubWsAdapter(app));
  return app;
}

/**
 * Opens the hub's one port, for HTTP and WebSocket.
 *
 * @returns the port, also where the configuration left the choice to the system
 * @throws StartError if the address cannot be listened on
 */
export async function listen(app: NestFastifyApplication, { host, port }: ServerConfig): Promise<number> {
  try {
    await app.listen(port, host || anyAddress());
  } catch (error) {
    await app.close();
    throw listenError(error, host, port);
  }
  const address = (app.getHttpServer() as Server).address() as AddressInfo;
  const logger = await app.resolve(PinoLogger);
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
  EACCES: 'PORT (--port): "%p" needs rights that this process does not have; allowed: a port from 1024 on',
  EADDRNOTAVAIL:
    'HOST (--host): "%h" is not an address of this machine; allowed: one that is, or empty for all',
  ENOTFOUND:
    'HOST (--host): "%h" cannot be resolved; allowed: an address or host name of this machine, or empty',
};

function listenError(error: unknown, host: string, port: number): unknown {
  const message = LISTEN_ERRORS[(error as NodeJS.ErrnoException).code ?? ''];
  if (message === undefined) return error;
  return new StartError(message.replace('%p', String(port)).replace('%h', host));
}
