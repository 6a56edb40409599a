import { runCommand } from '@ws-hub/config';
import { hashOf, makeKey, shownPath } from '@ws-hub/nestjs/keys';
import { createCommand } from '../config/create.config.js';
import { RELOAD } from '../key-file.js';
import { append } from './append.js';

await runCommand(createCommand, async ({ file, allow, operands: [name] }) => {
  const { key, id } = makeKey();
  const sha256 = hashOf(key).toString('hex');
  await append(file, JSON.stringify({ id, name, sha256, allow, created: new Date().toISOString() }));
  process.stdout.write(`${key}\n`);
  process.stderr.write(
    `ws-hub key create: this is the only time that the key is shown. Its hash is in ${shownPath(file)} under the id ${id}; ${RELOAD}\n`,
  );
});
