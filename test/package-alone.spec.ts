import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { packageJson, read } from './repository.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

test('each package has tests that run alone', () => {
  for (const folder of packageJson.workspaces)
    expect(JSON.parse(read(`${folder}/package.json`)).scripts.test).toBe(
      'node ../../scripts/test-package.js',
    );
});

test('npm test -w runs the tests of that package, and no others', async () => {
  const { stdout, stderr } = await promisify(execFile)('npm', ['test', '-w', 'libs/protocol'], { cwd: ROOT });
  const files = [...`${stdout}${stderr}`.matchAll(/^(?:PASS|FAIL) \w+ (\S+)/gm)].map(([, file]) => file);
  expect(files).toContain('libs/protocol/src/envelope.spec.ts');
  expect(files.filter((file) => !file?.startsWith('libs/protocol/'))).toEqual([]);
});
