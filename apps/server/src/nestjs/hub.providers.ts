import type { FactoryProvider } from '@nestjs/common';
import { Clock, Guard, Hub, MessageLog, WorkBudget } from '@ws-hub/hub';
import { SERVER_CONFIG, type ServerConfig } from '../config/server.config.js';
import { HubLogger } from '../telemetry/hub-logger.js';
import { HubMetrics } from '../telemetry/hub-metrics.js';

const hub: FactoryProvider<Hub> = {
  provide: Hub,
  inject: [SERVER_CONFIG, MessageLog, Clock, HubMetrics, HubLogger],
  useFactory: (
    options: ServerConfig,
    log: MessageLog,
    clock: Clock,
    metrics: HubMetrics,
    logger: HubLogger,
  ) => {
    const made = new Hub(options, log, clock);
    metrics.watch(made, log);
    made.events.attach(logger);
    return made;
  },
};

/** The hub, and those of its parts that gateways need before there is a connection. */
export const hubProviders: readonly FactoryProvider[] = [
  hub,
  { provide: Guard, inject: [Hub], useFactory: ({ guard }: Hub) => guard },
  { provide: WorkBudget, inject: [Hub], useFactory: ({ budget }: Hub) => budget },
];
