import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { resolveOptions } from './hub.options.js';

const MIB = 1024 * 1024;
const page = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const [, table = ''] = /\| option [^\n]*\n[^\n]*\n([\s\S]*?)\n\n/.exec(page) ?? [];
const rows = table.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));

/** `a`, `b` of a cell. */
const words = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word]) => word as string);

/** The values in a cell for so many options: 100,000, 64 MiB for numbers; `a`, `b` for texts. */
function valuesOf(cell: string, options: number): unknown[] {
  if (/^\d/.test(cell)) return cell.split(/, (?=\d)/).map(numberOf);
  return options === 1 && words(cell).length > 1 ? [words(cell)] : words(cell);
}

function numberOf(text: string): number {
  const number = Number.parseInt(text.replaceAll(',', ''), 10);
  return text.endsWith(' MiB') ? number * MIB : number;
}

test('the README has the defaults of the options that it names', () => {
  const defaults = new Map<string, unknown>(Object.entries(resolveOptions({})));
  const shown = rows.flatMap(([, names = '', values = '']) =>
    words(names).map((name, at, { length }) => ({ name, value: valuesOf(values, length)[at] })),
  );
  // The others are described in words.
  const withValue = shown.filter(({ value }) => value !== undefined);
  expect(withValue.length).toBe(18);
  for (const { name, value } of withValue)
    expect({ name, value }).toEqual({ name, value: defaults.get(name) });
});
