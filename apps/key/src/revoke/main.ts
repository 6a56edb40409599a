import { runCommand } from '@ws-hub/config';
import { revokeCommand } from '../config/revoke.config.js';
import { RELOAD } from '../key-file.js';
import { revoke } from './revoke.js';

await runCommand(revokeCommand, async ({ file, operands }) => {
  const gone = await revoke(file, operands[0] as string);
  for (const { id, name } of gone)
    process.stderr.write(`ws-hub key revoke: the key ${id} of ${name} is revoked\n`);
  process.stderr.write(`ws-hub key revoke: ${RELOAD}\n`);
});
