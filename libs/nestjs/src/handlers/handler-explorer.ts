import { Inject, Injectable, type OnApplicationBootstrap, type ParamData } from '@nestjs/common';
import { DiscoveryService, ExternalContextCreator, MetadataScanner } from '@nestjs/core';
import { PARAM_ARGS_METADATA } from '@nestjs/websockets/internal';
import { Clock, Hub, MessageLog } from '@ws-hub/hub';
import { HubLogger } from '../logger/hub-logger.js';
import { HubMetrics } from '../telemetry/hub-metrics.js';
import { type Handled, handledBy } from './decorators.js';
import { HandlerLane, type LaneTools } from './handler-lane.js';
import { type Handler, HandlerObserver } from './handler-observer.js';
import { HANDLER_OPTIONS, type HandlerOptions } from './handler-options.js';

/** Nest's numbers for the parameters `@ConnectedSocket` and `@MessageBody`. */
const [SOCKET, PAYLOAD] = [0, 3];

type Methods = Readonly<Record<string, (...args: unknown[]) => unknown>>;

/** Finds the handlers in the application's providers and registers them. Without handlers it does nothing. */
@Injectable()
export class HandlerExplorer implements OnApplicationBootstrap, LaneTools {
  constructor(
    @Inject(HANDLER_OPTIONS) readonly options: HandlerOptions,
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly contexts: ExternalContextCreator,
    private readonly hub: Hub,
    private readonly log: MessageLog,
    readonly metrics: HubMetrics,
    readonly logger: HubLogger,
    readonly clock: Clock,
  ) {}

  /** @throws Error if a provider with handlers is request-scoped: the hub has no requests */
  onApplicationBootstrap(): void {
    const handlers = this.providers().flatMap((instance) => this.handlersOf(instance));
    this.hub.events.attach(new HandlerObserver(handlers, this.log).observer);
  }

  private providers(): Methods[] {
    const instances = new Set<Methods>();
    const found = [...this.discovery.getProviders(), ...this.discovery.getControllers()];
    for (const wrapper of found) {
      const { metatype, name } = wrapper;
      const prototype = (metatype as { prototype?: object } | null)?.prototype;
      if (!wrapper.isDependencyTreeStatic()) {
        if (prototype !== undefined && this.handledIn(prototype as Methods).length > 0)
          throw new Error(`${name}: a provider with hub handlers cannot be request-scoped`);
      } else if (wrapper.instance instanceof Object) instances.add(wrapper.instance as Methods);
    }
    return [...instances];
  }

  private handlersOf(instance: Methods): Handler[] {
    return this.handledIn(Object.getPrototypeOf(instance)).map(([method, handled]) => ({
      ...handled,
      lane: this.lane(instance, method),
    }));
  }

  private handledIn(prototype: Methods | null): [method: string, handled: Handled][] {
    return this.scanner
      .getAllMethodNames(prototype)
      .flatMap((method) =>
        handledBy(prototype?.[method] as object).map((handled): [string, Handled] => [method, handled]),
      );
  }

  private lane(instance: Methods, method: string): HandlerLane {
    const handler = this.contexts.create(
      instance,
      instance[method] as Methods[string],
      method,
      PARAM_ARGS_METADATA,
      { exchangeKeyForValue: argumentFor },
      undefined,
      undefined,
      undefined,
      'ws',
    );
    return new HandlerLane(`${instance.constructor.name}.${method}`, handler, this);
  }
}

/** The arguments of a call: client, data, pattern. */
function argumentFor(type: number, property: ParamData, [client, data]: unknown[]): unknown {
  if (type === SOCKET) return client;
  if (type !== PAYLOAD) return undefined;
  return typeof property === 'string' ? (data as Record<string, unknown> | undefined)?.[property] : data;
}
