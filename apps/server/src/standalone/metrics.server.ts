import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Inject, Injectable, OnApplicationShutdown } from '@nestjs/common';
import { StartError } from '@ws-hub/config';
import { Guard } from '@ws-hub/hub';
import { HubLogger, HubMetrics } from '@ws-hub/nestjs';
import { SERVER_CONFIG, type ServerConfig } from '../config/server.config.js';
import { endUnread, OneAtATime } from './one-at-a-time.js';
import { watchProcess } from './process-metrics.js';

const PATH = '/metrics';

/** Serves the metrics on a port of their own, which is not for the internet. */
@Injectable()
export class MetricsServer implements OnApplicationShutdown {
  private readonly server: Server;
  private readonly underWay = new OneAtATime();

  constructor(
    @Inject(SERVER_CONFIG) private readonly config: ServerConfig,
    private readonly metrics: HubMetrics,
    private readonly logger: HubLogger,
    guard: Guard,
  ) {
    watchProcess(this.metrics.instruments, this.config.natsUrls.length === 0 ? 'memory' : 'nats');
    this.server = createServer((request, response) => {
      if (!this.underWay.isFree(request.socket)) {
        endUnread(request.socket);
        return;
      }
      this.underWay.begin(request.socket, response);
      this.answer(request, response).catch((error) => {
        guard.failed('metrics', error);
        response.destroy();
      });
    });
  }

  /**
   * Two hubs on one machine both start: a port in use is an error only if it was set.
   *
   * @throws StartError if METRICS_PORT was set and cannot be bound
   */
  async listen(): Promise<void> {
    const { metricsPort: port, metricsHost: host, explicit } = this.config;
    if (port === 0) return;
    try {
      this.server.listen(port, host);
      await once(this.server, 'listening');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (explicit.has('metricsPort') || explicit.has('metricsHost')) {
        throw new StartError(
          `METRICS_PORT (--metrics-port): "${port}" on "${host}" cannot be bound (${code}); allowed: a free port, or 0 for no metrics`,
        );
      }
      this.logger.warn({ event: 'metrics_off', port, host, code }, 'no metrics: the port is in use');
      return;
    }
    const { address } = this.server.address() as AddressInfo;
    this.logger.info({ event: 'metrics_listening', address, port }, 'metrics listening');
  }

  onApplicationShutdown(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer({ url, method, headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    if (url !== PATH || method !== 'GET') {
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end(`only GET ${PATH} is here\n`);
      return;
    }
    const { contentType, body } = await this.metrics.expose(headers.accept);
    response.setHeader('Content-Type', contentType).end(body);
  }
}
