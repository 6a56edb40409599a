import { type FactoryProvider, Injectable, OnApplicationShutdown } from '@nestjs/common';
import { Clock, type LogFactory, MessageLog, memoryLog } from '@ws-hub/hub';
import { SERVER_CONFIG, type ServerConfig } from '../config/server.config.js';
import { EngineLog } from '../telemetry/engine-log.js';

/** The log, by the engine that the configuration asks for. */
export const messageLog: FactoryProvider<MessageLog> = {
  provide: MessageLog,
  inject: [SERVER_CONFIG, Clock, EngineLog],
  useFactory: async (config: ServerConfig, clock: Clock, events: EngineLog) =>
    (await engineOf(config))({ clock, events }),
};

/** Without NATS_URL none of NATS is loaded. */
async function engineOf(config: ServerConfig): Promise<LogFactory> {
  if (config.natsUrls.length === 0) return memoryLog(config);
  const { jetStreamLog } = await import('@ws-hub/jetstream');
  return jetStreamLog(config);
}

/** The log ends when the last client has left: until then something may be said. `listen` starts it. */
@Injectable()
export class LogEnd implements OnApplicationShutdown {
  constructor(private readonly log: MessageLog) {}

  async onApplicationShutdown(): Promise<void> {
    await this.log.stop();
  }
}
