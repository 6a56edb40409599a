import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { helpText } from './help.js';
import { webSocketUrl } from './kinds.js';
import { type Command, option } from './option.js';
import { readConfig } from './read-config.js';
import { password, secret } from './secrets.js';

const SECRET = 'oak-lamp-river-violin-quartz-72-moss';
const URL_WITH_PASSWORD = 'ws://ann:hush-hush@hub.test/ws';

const options = {
  key: option('HUB_KEY', '', secret(), 'signs'),
  password: option('HUB_PASSWORD', '', password(), 'opens'),
  url: option('HUB_URL', 'ws://a/', webSocketUrl(), 'where', 'url'),
};
const command: Command<typeof options> = { name: 'test', summary: '', options };
const read = (argv: string[], env = {}, dotenv = {}) => readConfig(command, { argv, env, dotenv });

/** What the operator is told of a configuration that is refused. */
function refusal(...given: Parameters<typeof read>): string {
  try {
    read(...given);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it was not refused');
}

const folder = mkdtempSync(join(tmpdir(), 'ws-hub-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('a secret', () => {
  test.each([
    [['--hub-key', SECRET], 'HUB_KEY'],
    [[`--hub-key=${SECRET}`], 'HUB_KEY'],
    [['--hub-password', SECRET], 'HUB_PASSWORD'],
  ])('is refused on the command line, in words that say where it belongs: %j', (argv, variable) => {
    const message = refusal(argv);
    expect(message).toContain(`is not allowed on a command line`);
    expect(message).toContain(`allowed: ${variable}_FILE, `);
    expect(message).not.toContain(SECRET);
  });

  test('has no flag in the help, and a variable for a file', () => {
    const help = helpText(command);
    expect(help).not.toMatch(/--hub-(key|password)/);
    expect(help).toMatch(/^ +HUB_KEY_FILE +file that holds HUB_KEY/m);
  });

  test.each([
    ['as it is', SECRET],
    ['with the newline of an editor', `${SECRET}\n`],
    ['with the newline of Windows', `${SECRET}\r\n`],
  ])('is read from the file that its variable names: %s', (name, content) => {
    const path = file(name, content);
    expect(read([], { HUB_KEY_FILE: path }).key).toBe(SECRET);
    expect(read([], {}, { HUB_KEY_FILE: path }).explicit).toEqual(new Set(['key']));
  });

  test('keeps all but one newline of its file', () => {
    expect(read([], { HUB_PASSWORD_FILE: file('two', ' a b \n\n') }).password).toBe(' a b \n');
  });

  test.each([
    ['is not there', '/nowhere/key', 'cannot be read (ENOENT)'],
    ['is a folder', folder, 'cannot be read (EISDIR)'],
    ['is empty', file('empty', '\n'), 'is empty'],
    ['is no text', file('random', Buffer.alloc(40, 0xff)), 'cannot be read (it is not UTF-8)'],
  ])('is not taken from a file that %s', (_, path, reason) => {
    expect(refusal([], { HUB_KEY_FILE: path })).toContain(`HUB_KEY_FILE: "${path}" ${reason}`);
  });

  test('may not be given twice, wherever it stands', () => {
    const path = file('key', SECRET);
    const both = 'HUB_KEY and HUB_KEY_FILE in .env: both are set; allowed: one of the two';
    expect(refusal([], { HUB_KEY: SECRET }, { HUB_KEY_FILE: path })).toBe(both);
  });

  test('that is too short is refused with the name of its file, and without its value', () => {
    const path = file('short', 'short-secret');
    const message = refusal([], { HUB_KEY_FILE: path });
    expect(message).toMatch(
      `HUB_KEY_FILE ("${path}"): this value is not allowed; allowed: at least 32 bytes`,
    );
    expect(message).not.toContain('short-secret');
  });

  test.each([
    'only for trying out, 32 bytes or more',
    'change-me-change-me-change-me-change-me',
    'CHANGEME_0123456789_0123456789_0123456789',
    'your-very-own-secret-goes-here-1234567890',
    'replace this with 32 bytes of your own',
    'an example of a secret of 32 bytes or more',
    'x'.repeat(32),
    'abcd'.repeat(16),
  ])('that everybody can guess is refused: %s', (value) => {
    expect(refusal([], { HUB_KEY: value })).toMatch(
      /^HUB_KEY: this value is not allowed; allowed: at least 32/,
    );
  });
});

describe('a URL with a password', () => {
  test('is taken from the environment or a file, but not from the command line', () => {
    expect(read([], { HUB_URL: URL_WITH_PASSWORD }).url).toBe(URL_WITH_PASSWORD);
    expect(read([], { HUB_URL_FILE: file('url', URL_WITH_PASSWORD) }).url).toBe(URL_WITH_PASSWORD);
    expect(read(['--url', 'ws://b/?channel=a']).url).toBe('ws://b/?channel=a');
    expect(refusal(['--url', URL_WITH_PASSWORD])).toMatch(
      /^--url: a password is not allowed on a command line/,
    );
  });

  test.each(['http://ann:hush-hush@hub.test/', 'ws://ann:hush-hush@hub test/'])(
    'stands in no message: %s',
    (value) => {
      expect(refusal([], { HUB_URL: value })).toMatch(/^HUB_URL: this value is not allowed/);
      expect(refusal(['--url', value])).not.toContain('hush-hush');
    },
  );
});
