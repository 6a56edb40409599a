import { describe, expect, test } from '@jest/globals';
import { allMetrics } from './monitoring/all-metrics.js';
import { read, sources, tableRows } from './repository.js';

const page = read('docs/operations.md');

function eventsIn(...folders: string[]): string[] {
  const code = folders
    .flatMap(sources)
    .filter((path) => !path.endsWith('.spec.ts'))
    .map(read)
    .join('\n');
  return [...new Set([...code.matchAll(/event: '([a-z_]+)'/g)].map(([, name]) => name as string))];
}

describe('docs/operations.md', () => {
  test.each([
    ['server', '### Server', ['apps/server/src', 'libs/nestjs/src']],
    ['client', '### Client', ['apps/client/src']],
  ])('lists the events of the %s, and no other', (_name, heading, folders) => {
    const rows = tableRows(page.slice(page.indexOf(heading)), 'event', 'level', 'fields');
    expect(rows.map(([event]) => event?.replaceAll('`', '')).toSorted()).toEqual(
      eventsIn(...folders).toSorted(),
    );
  });

  test('lists the metrics, and no other', async () => {
    const metrics = allMetrics();
    const known = (await metrics.registry.getMetricsAsJSON()).map(({ name, type }) => [name, String(type)]);
    metrics.onApplicationShutdown();
    const rows = tableRows(page, 'name', 'type', 'meaning').map(([name = '', type = '']) => [
      name.replaceAll('`', ''),
      type,
    ]);
    expect(rows.toSorted()).toEqual(known.toSorted());
  });

  test('has an alert only on metrics that exist', async () => {
    const metrics = allMetrics();
    const known = metrics.registry.getMetricsAsArray().map(({ name }) => name);
    metrics.onApplicationShutdown();
    const used = [...page.matchAll(/expr: (.*)/g)].flatMap(
      ([, expr = '']) => expr.match(/hub_[a-z_]+/g) ?? [],
    );
    expect(used.length).toBeGreaterThanOrEqual(5);
    const family = (name: string) => name.replace(/_(bucket|sum|count)$/, '');
    expect(used.filter((name) => !known.includes(family(name)))).toEqual([]);
  });
});
