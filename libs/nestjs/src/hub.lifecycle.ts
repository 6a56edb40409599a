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

/** Injection token: whether the hub attaches itself to the upgrades of the application's HTTP server. */
export const ATTACH = Symbol('ATTACH');

/**
 * Ties the hub to the application's lifecycle: the log starts and the path is attached before the port opens, and
 * clients are disconnected before it closes.
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

  /** An SDK that is registered later is not detected: checking would cost time per message. */
  private async trace(): Promise<void> {
    const tracer = await registeredTracer(this.clock);
    if (tracer !== undefined) this.hub.trace(tracer);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.gateway.drain();
  }

  /** Stops the log after the last client has left: until then messages may be published. */
  async onApplicationShutdown(): Promise<void> {
    this.detach?.();
    await this.webhooks?.stop();
    this.hub.stop();
    await this.log.stop();
  }

  /** @param server undefined in an application context, which has none but can publish */
  private attachTo(server: Server | undefined): void {
    if (server === undefined) return;
    this.detach = routeUpgrades(server, this.options.path, (request, socket, head) =>
      this.upgrade(request, socket, head),
    );
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // From now on there is no other listener: an error of a peer that is gone would end the process.
    socket.on('error', destroyOnError);
    this.guard.run(
      'upgrade',
      () => this.sockets.upgrade(request, socket, head),
      () => failUpgrade(socket),
    );
  }
}
