import { runCommand } from '@ws-hub/config';
import { listCommand } from '../config/list.config.js';
import { readKeys } from '../key-file.js';
import { jsonOf, tableOf } from './list.js';

await runCommand(listCommand, async ({ file, json }) => {
  const { keys } = await readKeys(file);
  const lines = json ? jsonOf(keys) : tableOf(keys);
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
});
