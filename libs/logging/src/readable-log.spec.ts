import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { escapeControls } from './escape-controls.js';
import { readableLog } from './readable-log.js';

/** What the terminal gets of one line. */
async function shown(fields: object, message: string): Promise<string> {
  const terminal = new PassThrough();
  const first = new Promise<string>((resolve) => terminal.once('data', (bytes) => resolve(String(bytes))));
  pino({}, readableLog(terminal)).info(fields, message);
  return first;
}

const HOSTILE = {
  'the escape of C0': '\u001b[2J',
  'its short form in C1': '\u009b2J',
  'a title by C1': '\u009d0;pwned\u009c',
  'the next line of C1': '\u0085',
  'a delete': '\u007f',
  'a bidi override': '\u202egnp.exe\u202c',
  'a bidi isolate': '\u2066a\u2069',
  'a bidi mark': '\u200f\u061c',
  'a line separator': '\u2028',
  'a new line': '\nINFO: forged',
};
const UNSAFE = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u;
/** The colours of the program's own, which it has on a terminal. */
const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');

describe('the readable log', () => {
  test.each(Object.entries(HOSTILE))('writes %s out, wherever it stands', async (_name, hostile) => {
    const fields = {
      content: hostile,
      err: { message: hostile, stack: `Error\n${hostile}` },
      list: [hostile],
      [hostile]: 1,
    };
    const line = await shown(fields, hostile);
    expect(line.replaceAll(COLOURS, '').replace(/\n$/, '')).not.toMatch(UNSAFE);
    const [{ length }] = [line.match(/\\u[0-9a-f]{4}|\\n/g) ?? []];
    expect(length).toBeGreaterThanOrEqual(6);
  });

  test('shows other text as it is', async () => {
    const content = 'naïve 日本語 עברית 👩‍👩‍👧 a\\b "c"';
    expect(await shown({ content }, content)).toContain('naïve 日本語 עברית 👩‍👩‍👧');
  });
});

test('a line that is not JSON is shown as is', () => {
  expect(escapeControls('plain \u009b2J\n')).toBe('plain \\u009b2J\n');
});

test('the log for machines is not touched', async () => {
  const machine = new PassThrough();
  pino({}, machine).info({ content: '\u202e\u009b\u001b' }, 'said');
  machine.end();
  expect(JSON.parse(await text(machine))).toMatchObject({ content: '\u202e\u009b\u001b' });
});
