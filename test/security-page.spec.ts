import { describe, expect, test } from '@jest/globals';
import { allOptions, read, sources, tableRows } from './repository.js';

const page = read('docs/security.md');
const columns = ['threat', 'defence', 'variable', 'test', 'figure'];
const UNTESTED = '—';

describe.each(['## From clients', '## From the network'])('the threats %s', (heading) => {
  const rows = tableRows(page.slice(page.indexOf(heading)), ...columns);
  const tested = rows.filter(([, , , tests]) => tests !== UNTESTED);
  const quoted = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name as string);

  test('are met by variables that exist', () => {
    const known = allOptions.map(({ variable }) => variable);
    expect(
      tested.flatMap(([, , variable]) => quoted(variable)).filter((name) => !known.includes(name)),
    ).toEqual([]);
  });

  test('are tried by tests that exist', () => {
    const files = ['apps', 'libs', 'test'].flatMap(sources).filter((file) => /[.-]spec\.ts$/.test(file));
    const names = files.map((file) => file.match(/([\w.-]+?)\.(?:\w+-)?spec\.ts$/)?.[1]);
    expect(tested.length).toBeGreaterThan(0);
    for (const [threat, , , tests] of tested)
      expect([threat, quoted(tests).length > 0]).toEqual([threat, true]);
    expect(tested.flatMap(([, , , tests]) => quoted(tests)).filter((name) => !names.includes(name))).toEqual(
      [],
    );
  });
});
