import type { FactoryProvider } from '@nestjs/common';
import { SERVER_CONFIG, type ServerConfig } from '../config/server.config.js';
import { WorkBudget } from '../hub/backpressure/work-budget.js';
import { Guard } from '../hub/guard.js';
import { Hub } from '../hub/hub.js';
import { MessageLog } from '../log/message-log.js';
import { HubLogger } from '../telemetry/hub-logger.js';
import { HubMetrics } from '../telemetry/hub-metrics.js';
import { Clock } from '../time/clock.js';

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
