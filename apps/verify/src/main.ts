import { runCommand } from '@ws-hub/config';
import { verifyCommand } from './config/verify.config.js';
import { verify } from './verify.js';

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    process.stderr.write('ws-hub verify: interrupted, so nothing was found out\n');
    process.exit(1);
  });
}

await runCommand(verifyCommand, async (config) => {
  process.exitCode = await verify(config);
});
