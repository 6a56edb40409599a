import { runCommand } from '@ws-hub/config';
import { EXIT } from './config/exit-codes.js';
import { explainCommand } from './config/explain.config.js';
import { explain } from './explain.js';

// Whoever has read the first lines may have seen enough.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) =>
  process.exit(code === 'EPIPE' ? EXIT.explained : EXIT.error),
);

await runCommand(explainCommand, async (config) => {
  const lines = await explain(config);
  process.stdout.write(`${lines.join('\n')}\n`);
});
