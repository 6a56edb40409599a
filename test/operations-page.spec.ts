import { describe, expect, test } from '@jest/globals';
import { read, sources, tableRows } from './repository.js';

const page = read('docs/operations.md');

function eventsIn(folder: string): string[] {
  const code = sources(folder)
    .filter((path) => !path.endsWith('.spec.ts'))
    .map(read)
    .join('\n');
  return [...new Set([...code.matchAll(/event: '([a-z_]+)'/g)].map(([, name]) => name as string))];
}

describe('docs/operations.md', () => {
  test.each([
    ['server', '### Server', 'apps/server/src'],
    ['client', '### Client', 'apps/client/src'],
  ])('lists the events of the %s, and no other', (_name, heading, folder) => {
    const rows = tableRows(page.slice(page.indexOf(heading)), 'event', 'level', 'fields');
    expect(rows.map(([event]) => event?.replaceAll('`', '')).toSorted()).toEqual(eventsIn(folder).toSorted());
  });
});
