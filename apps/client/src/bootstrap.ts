import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { checkTokenFile } from '@ws-hub/config';
import { FrameworkLogger } from '@ws-hub/logging';
import { ClientModule } from './client.module.js';
import type { ClientConfig } from './config/client.config.js';

/**
 * Builds the client from a configuration; nothing happens before `HeartbeatClient.start`.
 *
 * @throws StartError if the token file contains no token
 */
export async function bootstrap(config: ClientConfig): Promise<INestApplicationContext> {
  await checkTokenFile(config.tokenFile);
  const app = await NestFactory.createApplicationContext(ClientModule.register(config), {
    bufferLogs: true,
    abortOnError: false,
  });
  app.useLogger(app.get(FrameworkLogger));
  return app;
}
