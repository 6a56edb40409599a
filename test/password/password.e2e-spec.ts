import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { isPassword, type PasswordHash, parsePasswordHash } from '@ws-hub/config';
import { onPath } from '@ws-hub/testing';
import { BIN } from '../talk/command.js';

const folder = mkdtempSync(join(tmpdir(), 'ws-hub-password-'));
const path = join(folder, 'password');
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs `ws-hub password` to its end. */
async function run(input: string, ...args: string[]) {
  const child = spawn(process.execPath, [BIN, 'password', ...args], { env: {}, cwd: folder });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (chunk) => {
      texts[name] += chunk;
    });
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  return { code, ...texts };
}

test('ws-hub password keeps the hash of a line of stdin in a file, for its user alone', async () => {
  await run('the password before that\n', '--file', path);
  const { code, stdout, stderr } = await run('correct horse battery\nnot this\n', '--file', path);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  expect(stderr).toBe(`ws-hub password: the hash is in "${path}"; restart the hub\n`);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['password']);
  const hash = parsePasswordHash(readFileSync(path, 'utf8').trimEnd()) as PasswordHash;
  expect(await isPassword('correct horse battery', hash)).toBe(true);
});

test('ws-hub password refuses in words, without the password', async () => {
  const short = await run('too short\n', '--file', path);
  expect(short).toMatchObject({
    code: 1,
    stderr: 'ws-hub password: the password has 9 characters; allowed: 12 to 256 characters\n',
  });
  const nowhere = await run('correct horse battery', '--file', join(folder, 'no', 'password'));
  expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining('its folder does not exist') });
});

test('ws-hub password prints the hash where no file is named', async () => {
  const { stdout } = await run('correct horse battery');
  expect(parsePasswordHash(stdout.trimEnd())).toBeDefined();
});

/** Runs it on a terminal of its own, which gets each text when what stands before it is shown. @returns all that is shown */
async function onTerminal(...talk: readonly (readonly [shown: string, typed: string])[]) {
  const command = `"${process.execPath}" "${BIN}" password --file "${path}"`;
  const child = spawn('script', ['-qec', command, '/dev/null'], { env: { PATH: process.env.PATH } });
  let shown = '';
  let waiting = [...talk];
  child.stdout.on('data', (chunk) => {
    shown += chunk;
    const [next] = waiting;
    if (next === undefined || !shown.endsWith(next[0])) return;
    waiting = waiting.slice(1);
    child.stdin.write(next[1]);
  });
  const [code] = await once(child, 'close');
  return { code, shown };
}

/** That of util-linux, which gives a program a terminal. */
const hasScript = process.platform === 'linux' && onPath('script') !== undefined;
const testOnTerminal = hasScript ? test : test.skip;

testOnTerminal('ws-hub password on a terminal asks twice, and shows nothing of it', async () => {
  const typed = 'typed on a terminal';
  const { code, shown } = await onTerminal(['Password: ', `${typed}x\x7f\r`], ['Again: ', `${typed}\r`]);
  expect(shown.split('\r\n').slice(0, 2)).toEqual(['Password: ', 'Again: ']);
  expect(code).toBe(0);
  const hash = parsePasswordHash(readFileSync(path, 'utf8').trimEnd()) as PasswordHash;
  expect(await isPassword(typed, hash)).toBe(true);
  // Both at once, as a password manager pastes them.
  const differs = await onTerminal(['Password: ', `${typed}\r${typed}!\r`]);
  expect(differs.shown).toBe('Password: \r\nAgain: \r\nws-hub password: the two passwords do not match\r\n');
});
