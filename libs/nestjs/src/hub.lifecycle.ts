import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Clock, Guard, Hub, MessageLog } from '@ws-hub/hub';
import { GATEWAY_OPTIONS, type GatewayOptions } from './gateway/gateway-options.js';
import { destroyOnError, failUpgrade, HubSocketServer } from './gateway/upgrade.js';
import { routeUpgrades } from './gateway/upgrade-routes.js';
import { WsGateway } from './gateway/ws.gateway.js';
import { registeredTracer } from './telemetry/tracing/registered-tracer.js';
import { Webhooks } from './webhooks/webhooks.js';

/** The token of what says whether the hub takes its upgrades from the application's HTTP server itself. */
export const ATTACH = Symbol('ATTACH');

/**
 * Ties the hub to the life of the application: the log starts and the path is attached before the port opens, clients
 * are sent away before it closes.
 */
@Injectable()
export class HubLifecycle
  implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  private detach: (() => void) | undefined;

  constructor(
    @Inject(GATEWAY_OPTIONS) private readonly options: GatewayOptions,
    @Inject(ATTACH) private readonly attach: boolean,
    private readonly host: HttpAdapterHost,
    private readonly hub: Hub,
    private readonly log: MessageLog,
    private readonly gateway: WsGateway,
    private readonly sockets: HubSocketServer,
    private readonly guard: Guard,
    private readonly clock: Clock,
    @Inject(Webhooks) private readonly webhooks: Webhooks | undefined,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.trace();
    this.gateway.open();
    if (this.attach) this.attachTo(this.host.httpAdapter?.getHttpServer());
    this.hub.start();
    await this.log.start();
    this.webhooks?.start();
  }

  /** An SDK that is registered later is not noticed: to look for it would cost something with each message. */
  private async trace(): Promise<void> {
    const tracer = await registeredTracer(this.clock);
    if (tracer !== undefined) this.hub.trace(tracer);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.gateway.drain();
  }

  /** The log ends when the last client has left: until then something may be said. */
  async onApplicationShutdown(): Promise<void> {
    this.detach?.();
    await this.webhooks?.stop();
    this.hub.stop();
    await this.log.stop();
  }

  /** @param server undefined in an application context, which has none: it can publish all the same */
  private attachTo(server: Server | undefined): void {
    if (server === undefined) return;
    this.detach = routeUpgrades(server, this.options.path, (request, socket, head) =>
      this.upgrade(request, socket, head),
    );
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // From now on nobody else listens: a peer that is gone would end the process.
    socket.on('error', destroyOnError);
    this.guard.run(
      'upgrade',
      () => this.sockets.upgrade(request, socket, head),
      () => failUpgrade(socket),
    );
  }
}
