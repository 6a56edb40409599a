import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { StartError } from './errors.js';
import { checkTokenFile, tokenFrom } from './token-file.js';

const ALLOWED = 'allowed: a file that holds a token, 1-4096 visible ASCII characters without spaces';

describe('the file of a token', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ws-hub-token-'));
    path = join(folder, 'token');
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('is read again each time, without the newline at its end', async () => {
    const token = tokenFrom(path);
    for (const [text, expected] of [
      ['one', 'one'],
      ['two\n', 'two'],
      ['three\r\n', 'three'],
      [`${'x'.repeat(4_096)}\r\n`, 'x'.repeat(4_096)],
    ] as const) {
      await writeFile(path, text);
      expect(await token?.()).toBe(expected);
    }
  });

  test('need not be', async () => {
    expect(tokenFrom('')).toBeUndefined();
    await expect(checkTokenFile('')).resolves.toBeUndefined();
  });

  test.each([
    ['', 'is empty'],
    ['\n', 'is empty'],
    ['two\n\n', 'holds no token'],
    ['two words', 'holds no token'],
    ['ünicode', 'holds no token'],
    ['x'.repeat(4_097), 'holds no token'],
    ['x'.repeat(10_000_000), 'holds no token'],
  ])(
    'is refused when it holds what can be no token (%#), which the error does not show',
    async (text, what) => {
      await writeFile(path, text);
      const message = `"${path}" ${what}; ${ALLOWED}`;
      await expect(tokenFrom(path)?.()).rejects.toThrow(new Error(message));
      await expect(checkTokenFile(path)).rejects.toThrow(
        new StartError(`TOKEN_FILE (--token-file): ${message}`),
      );
    },
  );

  test.each([
    ['a file that is not there', 'missing', 'ENOENT'],
    ['a folder', '.', 'EISDIR'],
  ])('is refused when it is %s', async (_what, name, code) => {
    const bad = join(folder, name);
    await expect(checkTokenFile(bad)).rejects.toThrow(
      new StartError(`TOKEN_FILE (--token-file): "${bad}" cannot be read (${code}); ${ALLOWED}`),
    );
  });
});
