import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';

const MACHINE_LOG = new URL('../dist/server/libs/logging/src/machine-log.js', import.meta.url).href;
/** Logs two lines at once, one of which is not written yet when it exits. */
const PROGRAM = `
  const { machineLog } = await import('${MACHINE_LOG}');
  const log = machineLog();
  log.write('there\\n');
  await new Promise((resolve) => process.stdin.once('data', resolve));
  log.write('one\\n');
  log.write('two\\n');
  process.exit(3);
`;

function start() {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM]);
  return { child, first: once(child.stdout, 'data'), exited: once(child, 'exit') };
}

test('the last log lines are written, completely and once, before a program exits', async () => {
  const { child, first, exited } = start();
  let said = String(await first);
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  child.stdin.write('go');
  await Promise.all([exited, once(child.stdout, 'close')]);
  // The one that was being written at the exit may come last.
  expect(said.split('\n').sort()).toEqual(['', 'one', 'there', 'two']);
});

test('a program also exits when its log is no longer read', async () => {
  const { child, first, exited } = start();
  await first;
  child.stdout.destroy();
  await once(child.stdout, 'close');
  child.stdin.write('go');
  expect(await exited).toEqual([3, null]);
});
