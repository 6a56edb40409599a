import { runCommand, StartError } from '@ws-hub/config';
import { MAX_TOKEN_BYTES } from '@ws-hub/protocol';
import { makeCommand } from '../config/make.config.js';
import { make } from './make.js';

await runCommand(makeCommand, async (config) => {
  const token = await make(config, Date.now());
  if (token.length > MAX_TOKEN_BYTES)
    throw new StartError(`the token would be longer than ${MAX_TOKEN_BYTES} bytes; allowed: fewer rights`);
  process.stdout.write(`${token}\n`);
});
