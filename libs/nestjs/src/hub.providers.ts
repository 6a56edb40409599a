import type { FactoryProvider } from '@nestjs/common';
import { Clock, Guard, Hub, MessageLog, memoryLog, WorkBudget } from '@ws-hub/hub';
import { GATEWAY_OPTIONS } from './gateway/gateway-options.js';
import type { ResolvedOptions } from './hub.options.js';
import { AccessLogger } from './telemetry/access-logger.js';
import { EngineLogger } from './telemetry/engine-logger.js';
import { EventLogger } from './telemetry/event-logger.js';
import { HubMetrics } from './telemetry/hub-metrics.js';

const log: FactoryProvider<MessageLog> = {
  provide: MessageLog,
  inject: [GATEWAY_OPTIONS, Clock, EngineLogger],
  useFactory: (options: ResolvedOptions, clock: Clock, events: EngineLogger) =>
    (options.log ?? memoryLog(options))({ clock, events }),
};

const hub: FactoryProvider<Hub> = {
  provide: Hub,
  inject: [GATEWAY_OPTIONS, MessageLog, Clock, HubMetrics, EventLogger, AccessLogger],
  useFactory: (
    options: ResolvedOptions,
    messages: MessageLog,
    clock: Clock,
    metrics: HubMetrics,
    logger: EventLogger,
    access: AccessLogger,
  ) => {
    const made = new Hub(options, messages, clock);
    metrics.watch(made, messages);
    made.events.attach(logger);
    made.events.attach(access);
    return made;
  },
};

/** The hub and its log, and the parts of the hub that gateways need before there is a connection. */
export const hubProviders: readonly FactoryProvider[] = [
  log,
  hub,
  { provide: Guard, inject: [Hub], useFactory: ({ guard }: Hub) => guard },
  { provide: WorkBudget, inject: [Hub], useFactory: ({ budget }: Hub) => budget },
];
