import 'reflect-metadata';
import { runCommand } from '@ws-hub/config';
import { bootstrap, listen } from './bootstrap.js';
import { serverCommand } from './config/server.config.js';

await runCommand(serverCommand, async (config) => {
  const app = await bootstrap(config);
  // Before the first line of the log: whoever reads it may send a signal.
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  await listen(app, config);
});
