import 'reflect-metadata';
import { runCommand } from '@ws-hub/config';
import { bootstrap } from './bootstrap.js';
import { clientCommand } from './config/client.config.js';
import { HeartbeatClient } from './heartbeat-client.js';

await runCommand(clientCommand, async (config) => {
  const app = await bootstrap(config);
  // Before the first log line, because its reader may send a signal.
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  app.get(HeartbeatClient).start();
});
