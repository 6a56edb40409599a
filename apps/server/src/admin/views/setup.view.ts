import type { AddressInfo } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Setup } from '@ws-hub/console-api';
import { VERSION } from '@ws-hub/nestjs/gateway';
import { isHttpOn } from '../../config/http.js';
import { SERVER_CONFIG, type ServerConfig } from '../../config/server.config.js';
import { type ConsoleView, consoleRoute } from '../console-route.js';
import { HubName } from '../hub-name.js';

/** The hub's settings that the console needs; no secret is among them. */
@Injectable()
export class SetupView implements ConsoleView {
  constructor(
    @Inject(SERVER_CONFIG) private readonly config: ServerConfig,
    private readonly name: HubName,
    private readonly host: HttpAdapterHost,
  ) {}

  readonly routes = [consoleRoute({ method: 'GET', path: '/setup', answer: () => this.setup() })];

  private setup(): Setup {
    const { config } = this;
    return {
      version: VERSION,
      hub: this.name.text,
      engine: config.natsUrls.length === 0 ? 'memory' : 'nats',
      auth: config.auth,
      port: this.port,
      isReadonly: config.adminReadonly === 'true',
      hasHttp: isHttpOn(config),
      hasPlayground: config.playground === 'true',
      explainMaxBytes: config.explainMaxBytes,
    };
  }

  /** The one that is listened on, where the configuration leaves the choice to the system. */
  private get port(): number {
    const address = this.host.httpAdapter?.getHttpServer()?.address() as AddressInfo | null | undefined;
    return address?.port ?? this.config.port;
  }
}
