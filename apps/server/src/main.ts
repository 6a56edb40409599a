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
  // Before the first line of the log: whoever reads it may send a signal.
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  endAtSecondSignal();
  endAtCrash(await app.resolve(PinoLogger), () => app.close(), config.drainTimeoutMs);
  await listen(app, config);
});

/** Nest lets the first signal take its time; whoever sends another has none. */
function endAtSecondSignal(): void {
  let signals = 0;
  const count = () => {
    if (++signals > 1) process.exit(1);
  };
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, count);
}
