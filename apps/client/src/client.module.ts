import { DynamicModule, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { ScheduleModule } from '@nestjs/schedule';
import { wsTransport } from '@ws-hub/hub-client';
import { FrameworkLogger, loggerParams } from '@ws-hub/logging';
import { LoggerModule } from 'nestjs-pino';
import { type ClientConfig, clientConfigLoader } from './config/client.config.js';
import { HeartbeatClient, OPEN_TRANSPORT } from './heartbeat-client.js';

/** The client exists for its output (`ws-hub client | head`): without a reader it shuts down as on a signal. */
function endLikeAtSignal(): void {
  process.kill(process.pid, 'SIGTERM');
}

/** Wiring only. */
@Module({})
export class ClientModule {
  static register(config: ClientConfig): DynamicModule {
    return {
      module: ClientModule,
      imports: [
        ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true, load: [clientConfigLoader(config)] }),
        LoggerModule.forRoot(loggerParams('client', config.logLevel, endLikeAtSignal)),
        ScheduleModule.forRoot(),
      ],
      providers: [FrameworkLogger, { provide: OPEN_TRANSPORT, useFactory: wsTransport }, HeartbeatClient],
    };
  }
}
