import { DynamicModule, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { FrameworkLogger, loggerParams } from '@ws-hub/logging';
import { LoggerModule } from 'nestjs-pino';
import { type ServerConfig, serverConfigLoader } from './config/server.config.js';
import { PlainDialect } from './gateway/plain.dialect.js';
import { HubSocketServer } from './gateway/upgrade.js';
import { WsGateway } from './gateway/ws.gateway.js';
import { HealthController } from './http/health.controller.js';
import { UpgradeRequiredController } from './http/upgrade-required.controller.js';
import { Clock, SystemClock } from './hub/clock.js';
import { FanOut } from './hub/fan-out.js';
import { HubService } from './hub/hub.service.js';
import { HubLog } from './hub/hub-log.js';
import { Liveness } from './hub/liveness.js';

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
        HubLog,
        Liveness,
        FanOut,
        HubService,
        HubSocketServer,
        PlainDialect,
        WsGateway,
      ],
    };
  }
}
