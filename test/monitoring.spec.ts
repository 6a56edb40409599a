import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { allSeries } from './monitoring/all-metrics.js';
import { configurationFor, NO_PROMETHEUS, promtool } from './monitoring/prometheus.js';
import { namedIn } from './monitoring/promql.js';
import { dashboardQueries, type Query, ruleQueries, rules, variables } from './monitoring/queries.js';
import { read } from './repository.js';

const RULE_TESTS = 'deploy/prometheus/tests/ws-hub.yml';
const alerts = rules.flatMap(({ alert }) => alert ?? []);

describe('the PromQL parser', () => {
  test('finds metrics with the labels of their selectors, and the labels of groups', () => {
    const read = namedIn(
      'sum by (job, le) (rate(a_total{code=~"by|{x}\\"", b!="c"}[5m] offset 1h)) > bool 1e3 * max(b) without (d) and on (e) c',
    );
    expect(read).toEqual({
      metrics: [
        { name: 'a_total', labels: ['code', 'b'] },
        { name: 'b', labels: [] },
        { name: 'c', labels: [] },
      ],
      grouping: ['job', 'le', 'd', 'e'],
    });
  });

  test.each(['{job="a"}', 'sum(a{b="c)', 'a{b="c"', 'a ? b'])('rejects %s', (expression) => {
    expect(() => namedIn(expression)).toThrow();
  });
});

const series = allSeries();

/** Names in a query that no hub has. */
function unknownIn({ expr, shown }: Query): string[] {
  const { metrics, grouping } = namedIn(expr);
  return metrics.flatMap(({ name, labels }) => {
    const known = series.get(name);
    if (known === undefined) return [name];
    return [...labels, ...grouping, ...shown]
      .filter((label) => !known.includes(label))
      .map((label) => `${name}{${label}}`);
  });
}

describe('every query uses metrics of a hub, and labels of these metrics:', () => {
  test.each(dashboardQueries)('$place: $expr', (query) => {
    expect(namedIn(query.expr).metrics.length).toBeGreaterThan(0);
    expect(unknownIn(query)).toEqual([]);
  });

  test.each(ruleQueries)('the alert $place', (query) => {
    expect(namedIn(query.expr).metrics.length).toBeGreaterThan(0);
    expect(unknownIn(query)).toEqual([]);
  });

  test('the queries for the variables of the dashboard', () => {
    expect(variables.length).toBe(2);
    for (const [metric, label] of variables) expect(series.get(metric)).toContain(label);
  });

  test('and no other: a wrong name or label is found', () => {
    const wrong = 'rate(hub_ping_round_trip_seconds[1m]) + sum by (lane) (hub_info{engin="nats"})';
    expect(unknownIn({ place: '', expr: wrong, shown: ['version'] })).toEqual([
      'hub_ping_round_trip_seconds',
      'hub_info{engin}',
      'hub_info{lane}',
    ]);
  });
});

test('the dashboard shows every metric', () => {
  const shown = dashboardQueries.flatMap(({ expr }) => namedIn(expr).metrics.map(({ name }) => name));
  const family = (name: string) => name.replace(/_(bucket|sum|count)$/, '');
  const families = new Set([...series.keys()].map(family));
  expect([...families].filter((name) => !shown.map(family).includes(name))).toEqual([]);
});

test('each alert has a paragraph in the guide, to which it links', () => {
  const headings = [...read('docs/guides/monitoring.md').matchAll(/^### (\w+)$/gm)].map(([, name]) => name);
  expect(headings).toEqual(alerts);
  const links = rules.map(({ annotations }) => annotations?.runbook_url);
  expect(links).toEqual(alerts.map((name) => `docs/guides/monitoring.md#${name.toLowerCase()}`));
});

interface RuleTests {
  readonly tests: readonly {
    readonly input_series: readonly { readonly series: string }[];
    readonly promql_expr_test: readonly { readonly exp_samples: readonly { readonly labels: string }[] }[];
  }[];
}

describe('of the alerts in the tests of promtool', () => {
  const [tried] = (parse(read(RULE_TESTS)) as RuleTests).tests;

  test('each one fires', () => {
    const fires = tried?.promql_expr_test.flatMap(({ exp_samples }) =>
      exp_samples.map(({ labels }) => /alertname="(\w+)"/.exec(labels)?.[1]),
    );
    expect(fires).toEqual(alerts);
  });

  test('each one is also tested on a hub for which it does not fire', () => {
    const well = tried?.input_series.filter(({ series: name }) => name.includes('instance="well"'));
    const known = new Set(well?.map(({ series: name }) => name.slice(0, name.indexOf('{'))));
    const needed = ruleQueries.flatMap(({ expr }) => namedIn(expr).metrics.map(({ name }) => name));
    expect(needed.filter((name) => !known.has(name))).toEqual([]);
  });
});

if (promtool === undefined) process.stderr.write(`${NO_PROMETHEUS}\n`);

test('promtool is installed, where CI is set', () => {
  expect({ isMissing: promtool === undefined && Boolean(process.env.CI), NO_PROMETHEUS }).toMatchObject({
    isMissing: false,
  });
});

(promtool === undefined ? describe.skip : describe)('promtool accepts', () => {
  const path = (file: string) => fileURLToPath(new URL(`../${file}`, import.meta.url));
  function run(...args: string[]) {
    const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
    return { status, output: `${stdout}${stderr}` };
  }

  test('the rules', () => {
    const { status, output } = run('check', 'rules', path('deploy/prometheus/rules/ws-hub.yml'));
    expect({ status, output }).toEqual({
      status: 0,
      output: expect.stringContaining(`${alerts.length} rules found`),
    });
  });

  test('the behaviour of the rules', () => {
    expect(run('test', 'rules', path(RULE_TESTS))).toMatchObject({ status: 0 });
  });

  test('the configuration', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ws-hub-promtool-'));
    const file = join(folder, 'prometheus.yml');
    writeFileSync(file, configurationFor('127.0.0.1:9464', '15s'));
    const { status, output } = run('check', 'config', file);
    rmSync(folder, { recursive: true });
    expect({ status, output }).toEqual({
      status: 0,
      output: expect.stringContaining(`${alerts.length} rules found`),
    });
  });
});
