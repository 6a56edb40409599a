import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { allOptions, read, sources, tableRows } from './repository.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const page = read('docs/security.md');
const columns = ['threat', 'defence', 'variable', 'test', 'figure'];
const UNTESTED = '—';

const files = ['apps', 'libs', 'test'].flatMap(sources).filter((file) => /[.-]spec\.ts$/.test(file));
const names = files.map((file) => file.match(/([\w.-]+?)\.(?:\w+-)?spec\.ts$/)?.[1]);
const quoted = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name as string);

describe.each(['## From clients', '## With tokens', '## From the network'])('the threats %s', (heading) => {
  const rows = tableRows(page.slice(page.indexOf(heading)), ...columns);
  const tested = rows.filter(([, , , tests]) => tests !== UNTESTED);

  test('are met by variables that exist', () => {
    const known = allOptions.map(({ variable }) => variable);
    expect(
      tested.flatMap(([, , variable]) => quoted(variable)).filter((name) => !known.includes(name)),
    ).toEqual([]);
  });

  test('are tried by tests that exist', () => {
    expect(tested.length).toBeGreaterThan(0);
    for (const [threat, , , tests] of tested)
      expect([threat, quoted(tests).length > 0]).toEqual([threat, true]);
    expect(tested.flatMap(([, , , tests]) => quoted(tests)).filter((name) => !names.includes(name))).toEqual(
      [],
    );
  });
});

test('the recommendations of OWASP are followed in files that exist, and tried by tests that do', () => {
  const owasp = ['recommendation', 'what ws-hub does', 'where', 'test', 'left to the operator'];
  const rows = tableRows(page, ...owasp);
  expect(rows.length).toBeGreaterThanOrEqual(29);
  for (const [recommendation, , where, tests] of rows) {
    const missing = [
      ...quoted(where).filter((path) => !existsSync(join(ROOT, path))),
      ...quoted(tests).filter((name) => !names.includes(name)),
    ];
    const places = quoted(where).length;
    expect({ recommendation, missing, places }).toEqual({ recommendation, missing: [], places });
    expect([recommendation, places > 0, quoted(tests).length > 0]).toEqual([recommendation, true, true]);
  }
});
