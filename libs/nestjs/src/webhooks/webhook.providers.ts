import type { FactoryProvider } from '@nestjs/common';
import { Clock, Hub, MessageLog } from '@ws-hub/hub';
import { GATEWAY_OPTIONS } from '../gateway/gateway-options.js';
import { HubLogger } from '../logger/hub-logger.js';
import { HubMetrics } from '../telemetry/hub-metrics.js';
import type { WebhookOptions } from './webhook-options.js';
import { Webhooks } from './webhooks.js';

/** Undefined if no receiver is configured. Nothing else of the webhooks is created then. */
export const webhookProvider: FactoryProvider<Webhooks | undefined> = {
  provide: Webhooks,
  inject: [GATEWAY_OPTIONS, MessageLog, Hub, Clock, HubLogger, HubMetrics],
  useFactory: (
    options: WebhookOptions,
    log: MessageLog,
    hub: Hub,
    clock: Clock,
    logger: HubLogger,
    metrics: HubMetrics,
  ) => (options.webhookUrl === '' ? undefined : new Webhooks(options, { log, hub, clock, logger, metrics })),
};
