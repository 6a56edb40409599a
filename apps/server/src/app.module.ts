import { type DynamicModule, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { authOptionsOf } from '@ws-hub/access-config';
import { FrameworkLogger, loggerParams } from '@ws-hub/logging';
import { HubModule } from '@ws-hub/nestjs';
import { LoggerModule } from 'nestjs-pino';
import { AdminServer } from './admin/admin-server.js';
import { viewProviders } from './admin/views/index.js';
import { isHttpOn } from './config/http.js';
import { type ServerConfig, serverConfigLoader } from './config/server.config.js';
import { webhookOptionsOf } from './config/webhooks.js';
import { engineOf } from './engine/engine.js';
import { ApiEntrance } from './standalone/api-entrance.js';
import { Door } from './standalone/door.js';
import { HealthController } from './standalone/health.controller.js';
import { MetricsServer } from './standalone/metrics.server.js';
import { PinoHubLogger } from './standalone/pino-hub-logger.js';
import { Readiness } from './standalone/readiness.js';
import { RootController } from './standalone/root.controller.js';
import { UpgradeRequiredController } from './standalone/upgrade-required.controller.js';
import { WaitingRoom } from './standalone/waiting-room.js';
import { Traces } from './traces.js';

/** Wiring only: the hub, and what a server needs that belongs to it alone. */
@Module({})
export class AppModule {
  static register(config: ServerConfig, traces: Traces): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true, load: [serverConfigLoader(config)] }),
        LoggerModule.forRoot(loggerParams('server', config.logLevel)),
        // The door has the server's upgrades.
        HubModule.forRootAsync({
          useFactory: async () => ({
            ...config,
            ...authOptionsOf(config),
            ...webhookOptionsOf(config),
            log: await engineOf(config),
          }),
          logger: PinoHubLogger,
          attach: false,
          http: isHttpOn(config),
        }),
      ],
      controllers: [RootController, HealthController, UpgradeRequiredController],
      providers: [
        { provide: Traces, useValue: traces },
        FrameworkLogger,
        WaitingRoom,
        ApiEntrance,
        Door,
        Readiness,
        MetricsServer,
        AdminServer,
        ...viewProviders,
      ],
    };
  }
}
