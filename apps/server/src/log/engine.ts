import type { FactoryProvider } from '@nestjs/common';
import { SERVER_CONFIG, type ServerConfig } from '../config/server.config.js';
import { Clock } from '../time/clock.js';
import { EngineLog } from './engine-log.js';
import { MemoryLog } from './memory.log.js';
import { MessageLog } from './message-log.js';

/** The log, by the engine that the configuration asks for; without NATS_URL none of NATS is loaded. */
export const messageLog: FactoryProvider<MessageLog> = {
  provide: MessageLog,
  inject: [SERVER_CONFIG, Clock, EngineLog],
  useFactory: async (config: ServerConfig, clock: Clock, log: EngineLog) => {
    if (config.natsUrls.length === 0)
      return new MemoryLog(config, clock, (forgotten) => log.keysForgotten(forgotten));
    const { JetStreamLog } = await import('./jetstream.log.js');
    return new JetStreamLog(config, clock, log.events);
  },
};
