import { describe, expect, test } from '@jest/globals';
import { allMetrics } from './monitoring/all-metrics.js';
import { read, sources, tableRows } from './repository.js';

interface Described {
  readonly name: string;
  readonly type: string;
  readonly labelNames: readonly string[];
}

/** The rows of all tables below a heading of the second level that have these columns. */
function rowsBelow(page: string, heading: string, ...columns: string[]): string[][] {
  const sections = page.split(/^(?=## )/m).filter((section) => section.startsWith(heading));
  return sections.flatMap((section) => {
    const tables = section.split(/\n\n+/).filter((block) => block.startsWith('|'));
    return tables.flatMap((table) => tableRows(table, ...columns));
  });
}

function eventsIn(...folders: string[]): string[] {
  const code = folders
    .flatMap(sources)
    .filter((path) => !path.endsWith('.spec.ts'))
    .map(read)
    .join('\n');
  return [...new Set([...code.matchAll(/event: '([a-z_]+)'/g)].map(([, name]) => name as string))];
}

const bare = (cell = '') => cell.replaceAll('`', '');

test.each([
  ['server', '## Server', ['apps/server/src', 'libs/nestjs/src']],
  ['client', '## Client', ['apps/client/src']],
])('docs/reference/events.md lists the events of the %s, and no other', (_name, heading, folders) => {
  const rows = rowsBelow(read('docs/reference/events.md'), heading, 'event', 'level', 'fields', 'meaning');
  expect(rows.map(([event]) => bare(event)).toSorted()).toEqual(eventsIn(...folders).toSorted());
});

describe('docs/reference/metrics.md', () => {
  test('lists the metrics with their types and labels, and no other', () => {
    const metrics = allMetrics();
    const known = metrics.registry.getMetricsAsArray() as unknown as Described[];
    metrics.onApplicationShutdown();
    const rows = rowsBelow(read('docs/reference/metrics.md'), '## ', 'name', 'type', 'labels', 'meaning');
    expect(rows.map(([name, type, labels]) => [name, type, labels].map(bare)).toSorted()).toEqual(
      known.map(({ name, type, labelNames }) => [name, type, labelNames.join(', ')]).toSorted(),
    );
  });
});
