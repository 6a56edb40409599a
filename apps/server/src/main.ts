import 'reflect-metadata';
import { runCommand } from '@ws-hub/config';
import { PinoLogger } from 'nestjs-pino';
import { bootstrap, listen } from './bootstrap.js';
import { serverCommand } from './config/server.config.js';
import { endAtCrash } from './crash.js';
import { keepHeapSmall } from './heap.js';

keepHeapSmall();
await runCommand(serverCommand, async (config) => {
  const app = await bootstrap(config);
  // Before the first log line, because its reader may send a signal.
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  endAtSecondSignal();
  endAtCrash(await app.resolve(PinoLogger), () => app.close(), config.drainTimeoutMs);
  await listen(app, config);
});

/** On the first signal Nest shuts down gracefully; a second one exits at once. */
function endAtSecondSignal(): void {
  let signals = 0;
  const count = () => {
    if (++signals > 1) process.exit(1);
  };
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, count);
}
