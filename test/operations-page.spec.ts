import { expect, test } from '@jest/globals';
import { allMetrics } from './monitoring/all-metrics.js';
import { read } from './repository.js';

test('docs/operations.md has an alert only on metrics that exist', () => {
  const metrics = allMetrics();
  const known = metrics.registry.getMetricsAsArray().map(({ name }) => name);
  metrics.onApplicationShutdown();
  const used = [...read('docs/operations.md').matchAll(/expr: (.*)/g)].flatMap(
    ([, expr = '']) => expr.match(/hub_[a-z_]+/g) ?? [],
  );
  expect(used.length).toBeGreaterThanOrEqual(5);
  const family = (name: string) => name.replace(/_(bucket|sum|count)$/, '');
  expect(used.filter((name) => !known.includes(family(name)))).toEqual([]);
});
