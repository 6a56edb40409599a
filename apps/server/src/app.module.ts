import { DynamicModule, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { Clock, SystemClock } from '@ws-hub/hub';
import { FrameworkLogger, loggerParams } from '@ws-hub/logging';
import { LoggerModule } from 'nestjs-pino';
import { type ServerConfig, serverConfigLoader } from './config/server.config.js';
import { LogEnd, messageLog } from './engine/engine.js';
import { Caps } from './gateway/caps.js';
import { Door } from './gateway/door.js';
import { Doorkeeper } from './gateway/doorkeeper.js';
import { PlainDialect } from './gateway/plain.dialect.js';
import { RefusalCounter } from './gateway/refusal-counter.js';
import { RefusalLog } from './gateway/refusal-log.js';
import { Sessions } from './gateway/sessions.js';
import { HubSocketServer } from './gateway/upgrade.js';
import { V1Dialect } from './gateway/v1.dialect.js';
import { WaitingRoom } from './gateway/waiting-room.js';
import { WsGateway } from './gateway/ws.gateway.js';
import { HealthController } from './http/health.controller.js';
import { MetricsServer } from './http/metrics.server.js';
import { UpgradeRequiredController } from './http/upgrade-required.controller.js';
import { hubProviders } from './nestjs/hub.providers.js';
import { HubService } from './nestjs/hub.service.js';
import { EngineLog } from './telemetry/engine-log.js';
import { HubLogger } from './telemetry/hub-logger.js';
import { HubMetrics } from './telemetry/hub-metrics.js';

/** Wiring only. */
@Module({})
export class AppModule {
  static register(config: ServerConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true, load: [serverConfigLoader(config)] }),
        LoggerModule.forRoot(loggerParams('server', config.logLevel)),
      ],
      controllers: [HealthController, UpgradeRequiredController],
      providers: [
        FrameworkLogger,
        { provide: Clock, useClass: SystemClock },
        { provide: Caps, useValue: new Caps(config) },
        HubMetrics,
        HubLogger,
        EngineLog,
        messageLog,
        LogEnd,
        ...hubProviders,
        HubService,
        RefusalLog,
        RefusalCounter,
        WaitingRoom,
        Doorkeeper,
        HubSocketServer,
        Door,
        Sessions,
        PlainDialect,
        V1Dialect,
        WsGateway,
        MetricsServer,
      ],
    };
  }
}
