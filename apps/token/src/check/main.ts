import { runCommand } from '@ws-hub/config';
import { checkCommand } from '../config/check.config.js';
import { check } from './check.js';
import { readToken } from './read-token.js';

await runCommand(checkCommand, async (config) => {
  const { lines, exitCode } = await check(await readToken(config.operands[0] as string), config);
  process.stdout.write(`${lines.join('\n')}\n`);
  process.exitCode = exitCode;
});
