import { hashPassword, runCommand } from '@ws-hub/config';
import { passwordCommand } from './config/password.config.js';
import { readPassword } from './read-password.js';
import { writeHash } from './write-hash.js';

await runCommand(passwordCommand, async ({ file }) => {
  const hash = await hashPassword(await readPassword());
  if (file === '') process.stdout.write(`${hash}\n`);
  else {
    await writeHash(file, hash);
    process.stderr.write(`ws-hub password: the hash is in ${JSON.stringify(file)}; restart the hub\n`);
  }
  // An open terminal would keep the process alive.
  process.stdin.destroy();
});
