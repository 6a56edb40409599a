import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { CLOSE_CODES } from '@ws-hub/protocol';
import { packageJson, ROOT, read } from '../repository.js';
import { readGuide } from './guide.js';

const guides = readdirSync(join(ROOT, 'docs/guides')).map((name) => name.replace('.md', ''));
const withProgram = guides.filter((name) =>
  readGuide(name).steps.some((step) => 'command' in step && /(^|[ \n])ws-hub [a-z]/.test(step.command)),
);
const aliasOf = (name: string) => /`(alias ws-hub="node .*?")`/.exec(read(`docs/guides/${name}.md`))?.[1];

test('every guide that runs ws-hub says what that is, and all say the same', () => {
  expect(withProgram.length).toBeGreaterThan(10);
  const missing = withProgram.filter((name) => aliasOf(name) === undefined);
  expect(missing).toEqual([]);
  expect(new Set(withProgram.map(aliasOf)).size).toBe(1);
});

test('it then works in any folder, also after variables and in a pipe', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ws-hub-first-steps-'));
  const lines = ['ws-hub --version', 'LOG_LEVEL=info ws-hub --version', 'true && ws-hub --version'];
  const script = [aliasOf('nginx'), `cd '${folder}'`, ...lines].join('\n');
  // Aliases are what readers' shells expand by themselves, and a script only in `sh`.
  const printed = execFileSync('sh', ['-c', script], { cwd: ROOT, encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  expect(printed.trim().split('\n')).toEqual(lines.map(() => packageJson.version));
});

test('the page of docs/guides/sse.md stops after the codes that mean stop, and no others', () => {
  const [, list = ''] = /const STOP = \[(.*)\];/.exec(readGuide('sse').text) ?? [];
  const codes = CLOSE_CODES.filter(({ retry }) => !retry).map(({ code }) => code);
  expect(list.split(', ').map(Number)).toEqual(codes);
});
