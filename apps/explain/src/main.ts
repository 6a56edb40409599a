import { runCommand } from '@ws-hub/config';
import { EXIT } from './config/exit-codes.js';
import { explainCommand } from './config/explain.config.js';
import { explain } from './explain.js';

// A reader such as head may close the pipe early.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) =>
  process.exit(code === 'EPIPE' ? EXIT.explained : EXIT.error),
);

await runCommand(explainCommand, async (config) => {
  const lines = await explain(config);
  process.stdout.write(`${lines.join('\n')}\n`);
});
