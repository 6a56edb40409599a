import { execFileSync } from 'node:child_process';
import { parseEnv } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../scripts/reference/commands.js';
import { optionsTable } from '../scripts/reference/configuration.js';
import { withParts } from '../scripts/reference/generated-parts.js';
import { REFERENCE } from '../scripts/reference/pages.js';
import { allOptions, clientOptions, ROOT, read, serverOptions } from './repository.js';

const names = COMMANDS.map(({ name }) => name);

test.each([...REFERENCE])('%s is what the code says; if not, run npm run docs:reference', (path, made) => {
  const text = read(path);
  if (made(text, ROOT) !== text) throw new Error(`${path} is stale: run npm run docs:reference`);
});

test('.env.example has every variable of all commands with its default, and no other', () => {
  const expected = Object.fromEntries(allOptions.map(({ variable, default: value }) => [variable, value]));
  expect(parseEnv(read('.env.example'))).toEqual(expected);
});

describe('docs/reference/configuration.md', () => {
  const page = read('docs/reference/configuration.md');

  test('has a section for every command', () => {
    const sections = [...page.matchAll(/^## ws-hub (.+)$/gm)].map(([, name]) => name);
    expect(sections).toEqual(names);
  });

  test.each([
    ['| `PORT` | `--port` | `8080` | 0–65535 | '],
    ['| `PING_INTERVAL` | `--ping-interval` | `25000` | ms, 100–2147483647 | '],
    ['| `MAX_HTTP_BODY` | `--max-http-body` | `1048576` | bytes, 1024–67108864 | '],
    ['| `JWT_SECRET_FILE` |  |  |  | '],
  ])('has a row that begins with %s', (row) => {
    expect(page).toContain(`\n${row}`);
  });
});

test('a table of options escapes what Markdown would take for markup', () => {
  const option = { variable: 'A', flag: 'a', default: '', help: 'a.*; <b> | *', kind: { meta: () => ({}) } };
  const command = { name: 'x', summary: '', options: { option } } as never;
  expect(optionsTable(command)).toContain('| a.\\*; \\<b> \\| \\* |');
});

describe('docs/reference/cli.md', () => {
  const page = read('docs/reference/cli.md');

  test('has a section for every command of the program', () => {
    const sections = [...page.matchAll(/^## ws-hub (.+)$/gm)].map(([, name]) => name);
    expect(sections).toEqual(names);
    const help = execFileSync(process.execPath, ['bin/ws-hub.js', '--help'], { cwd: ROOT, encoding: 'utf8' });
    const listed = [...help.matchAll(/^ {2}(?:ws-hub )?([a-z]+(?: [a-z]+)?) {2,}/gm)].map(([, name]) => name);
    expect(listed.toSorted()).toEqual(names.toSorted());
  });

  test('names the commands that have exit codes of their own', () => {
    const [, sentence = ''] = /own list them in their help: ([^.]+)\./.exec(page) ?? [];
    const named = [...sentence.matchAll(/\[([a-z ]+)\]/g)].map(([, name]) => name);
    const own = COMMANDS.filter(({ exitCodes }) => exitCodes !== undefined);
    expect(named).toEqual(own.map(({ name }) => name));
  });
});

describe('the generated parts of a page', () => {
  const page = (text: string) => `before\n<!-- generated: a -->\n${text}<!-- end -->\nafter\n`;

  test('are replaced, and the rest stays', () => {
    const made = page('\nnew\n\n');
    expect(withParts(page(''), new Map([['a', 'new\n']]))).toBe(made);
    expect(withParts(page('\nold\n\nold\n\n'), new Map([['a', 'new']]))).toBe(made);
  });

  test.each([
    ['no text', page(''), []],
    ['no markers', 'page', ['a']],
    ['no end', '<!-- generated: a -->', ['a']],
    ['the same name twice', page('') + page(''), ['a']],
  ])('are refused where there is %s for them', (_what, text, parts) => {
    expect(() => withParts(text, new Map(parts.map((name) => [name, ''])))).toThrow(/generated part|markers/);
  });
});

test('a variable has one meaning: both commands give it the same flag and default', () => {
  for (const option of serverOptions) {
    const other = clientOptions.find(({ variable }) => variable === option.variable);
    if (other) expect([other.flag, other.default]).toEqual([option.flag, option.default]);
  }
});
