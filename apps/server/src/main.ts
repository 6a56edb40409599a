import 'reflect-metadata';
import { runCommand } from '@ws-hub/config';
import { bootstrap } from './bootstrap.js';
import { serverCommand } from './config/server.config.js';

await runCommand(serverCommand, async (config) => {
  const app = await bootstrap(config);
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
});
