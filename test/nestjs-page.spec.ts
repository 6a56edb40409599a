import { expect, test } from '@jest/globals';
import { resolveOptions } from '../libs/nestjs/src/hub.options.js';
import { read, tableRows } from './repository.js';

const MIB = 1024 * 1024;
const rows = tableRows(read('libs/nestjs/README.md'), 'option', 'default', 'meaning');

/** `a`, `b` of a cell. */
const words = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, word]) => word as string);

/** 100,000, 64 MiB of a cell. */
function numbers(cell = ''): number[] {
  return cell.split(/, (?=\d)/).map((text) => {
    const number = Number.parseInt(text.replaceAll(',', ''), 10);
    return text.endsWith(' MiB') ? number * MIB : number;
  });
}

test('the options of the module are in its README, with their defaults', () => {
  const defaults = new Map<string, unknown>(Object.entries(resolveOptions({})));
  const ofNumbers = rows.filter(([, value = '']) => /^\d/.test(value));
  const shown = ofNumbers.flatMap(([names, values]) =>
    words(names).map((name, at) => ({ name, value: numbers(values)[at] })),
  );
  expect(shown.length).toBeGreaterThan(10);
  for (const { name, value } of shown) expect({ name, value }).toEqual({ name, value: defaults.get(name) });
  const texts = ['path', 'applicationId'].map((name) => rows.find(([cell]) => cell === `\`${name}\``)?.[1]);
  expect(texts).toEqual([`\`${defaults.get('path')}\``, `\`${defaults.get('applicationId')}\``]);
  const networks = rows.find(([cell]) => cell === '`unlimitedNetworks`')?.[1];
  expect(words(networks)).toEqual(defaults.get('unlimitedNetworks'));
});
