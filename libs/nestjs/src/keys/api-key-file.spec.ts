import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, describe, expect, test } from '@jest/globals';
import { keyOfTests } from '../testing/key-lines.js';
import { MAX_KEY_FILE_BYTES, MAX_KEYS, parseKeys, readKeyText } from './api-key-file.js';

const folder = mkdtempSync(join(tmpdir(), 'ws-hub-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const parse = (content: string) => parseKeys(content, 'keys');
const failure = (done: Promise<unknown>) => done.then(String, (error: Error) => error.message);

describe('a file of keys', () => {
  test('has a key on each line, in order, and other members are ignored', async () => {
    const [first, second] = [keyOfTests(), keyOfTests({ name: 'desk', allow: 'admin:>', note: { a: 1 } })];
    const keys = await parse(`\n${first.line.trim()}\r\n \n${second.line.trim()}`);
    expect(keys).toMatchObject([
      {
        id: first.id,
        name: 'shop',
        line: 2,
        isAdmin: false,
        rights: [{ match: 'orders.>', allow: ['publish'] }],
      },
      { id: second.id, name: 'desk', line: 4, isAdmin: true, rights: [] },
    ]);
  });

  test('may be empty', async () => {
    expect(await parse(await readKeyText(file('empty', '')))).toEqual([]);
  });

  test('is read through symbolic links', async () => {
    const path = file('target', keyOfTests().line);
    symlinkSync(path, join(folder, 'link'));
    expect(await parse(await readKeyText(join(folder, 'link')))).toHaveLength(1);
  });

  const { key, line } = keyOfTests();
  test.each([
    ['{"id":', 'it is not a JSON object'],
    ['[]', 'it is not a JSON object'],
    ['"text"', 'it is not a JSON object'],
    [key, 'it is not a JSON object'],
    [keyOfTests({ id: undefined }).line, 'id is missing or not text'],
    [keyOfTests({ id: 7 }).line, 'id is missing or not text'],
    [keyOfTests({ id: 'ABCDEFGH' }).line, 'id must be 8 of a-z and 0-9'],
    [keyOfTests({ name: 'a b' }).line, 'name must be 1-64 of'],
    [keyOfTests({ name: key }).line, 'name must be 1-64 of'],
    [keyOfTests({ sha256: key }).line, 'sha256 must be 64 hexadecimal digits'],
    [keyOfTests({ allow: `publish:>,${key}` }).line, 'allow must be at most 100 comma-separated pairs'],
    [keyOfTests({ created: 'yesterday' }).line, 'created must be a time'],
    [line, 'its id is that of line 1'],
  ])('with %j on a line is rejected, with its place and without its content', async (bad, message) => {
    const said = await failure(parse(`${line}${bad.trim()}\n${line}`));
    expect(said).toMatch(/^"keys", line 2: /);
    expect(said).toContain(message);
    for (const part of [key, key.slice(13), JSON.parse(line).sha256]) expect(said).not.toContain(part);
  });

  test('whose last line is being written is not complete at any byte of it', async () => {
    const [written, writing] = [keyOfTests().line, keyOfTests().line.trim()];
    for (let length = 1; length < writing.length; length += 1)
      expect(await failure(parse(written + writing.slice(0, length)))).toBe(
        '"keys", line 2: it is not complete',
      );
    expect(await parse(written + writing)).toHaveLength(2);
  });

  test(`has at most ${MAX_KEYS} keys, and yields to the event loop while it is parsed`, async () => {
    const lines = Array.from({ length: MAX_KEYS }, () => keyOfTests().line);
    let turns = 0;
    let isDone = false;
    const parsed = parse(lines.join('')).finally(() => {
      isDone = true;
    });
    for (; !isDone; turns += 1) await setImmediate();
    expect(await parsed).toHaveLength(MAX_KEYS);
    expect(turns).toBeGreaterThanOrEqual(MAX_KEYS / 200);
    expect(await failure(parse([...lines, keyOfTests().line].join('')))).toBe(
      `"keys", line ${MAX_KEYS + 1}: there are more than ${MAX_KEYS} keys`,
    );
  });
});

describe('what is not a file of keys', () => {
  const longest = file('longest', ' '.repeat(MAX_KEY_FILE_BYTES));
  const tooLong = file('too-long', ' '.repeat(MAX_KEY_FILE_BYTES + 1));
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);

  test.each([
    [join(folder, 'nowhere'), 'cannot be read (ENOENT)'],
    [folder, 'is not a regular file'],
    [pipe, 'is not a regular file'],
    ['/dev/zero', 'is not a regular file'],
    [tooLong, `is longer than ${MAX_KEY_FILE_BYTES} bytes`],
    [file('bytes', Buffer.from([0xff, 0xfe])), 'is not UTF-8'],
  ])('%s is refused', async (path, message) => {
    expect(await failure(readKeyText(path))).toBe(`${JSON.stringify(path)} ${message}`);
  });

  test('begins one byte after the longest', async () => {
    expect(await readKeyText(longest)).toHaveLength(MAX_KEY_FILE_BYTES);
  });

  test('is not shown where it is a key itself', async () => {
    const { key } = keyOfTests();
    expect(await failure(readKeyText(key))).toBe('this file cannot be read (ENOENT)');
  });
});
