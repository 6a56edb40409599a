import { describe, expect, test } from '@jest/globals';
import { HUB_DEFAULTS, Hub, memoryLog } from '@ws-hub/hub';
import { testEnvironment } from '@ws-hub/hub/testing';
import { prefersOpenMetrics } from './exposition.js';
import { HubMetrics } from './hub-metrics.js';
import { countUpTo } from './loop-delay.js';

const PROMETHEUS =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';

test.each([
  [PROMETHEUS, true],
  ['application/openmetrics-text', true],
  ['', false],
  ['*/*', false],
  ['text/plain;version=0.0.4, application/openmetrics-text; version=1.0.0; q=0.5', false],
  ['application/openmetrics-text;q=0', false],
  ['application/openmetrics-text;q=x', false],
  ['application/openmetrics-text;version=0.0.1', false],
])('OpenMetrics is wanted by "%s": %s', (accept, expected) => {
  expect(prefersOpenMetrics(accept)).toBe(expected);
});

describe('a traced message that is published', () => {
  const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
  async function shown(accept?: string): Promise<string> {
    const metrics = new HubMetrics();
    const log = memoryLog()(testEnvironment());
    const hub = new Hub(HUB_DEFAULTS, log);
    metrics.watch(hub, log);
    hub.events.publishTimed(2, `00-${TRACE_ID}-00f067aa0ba902b7-01`);
    const { body } = await metrics.expose(accept);
    // A scrape in the other format changes nothing.
    await metrics.expose(accept === undefined ? PROMETHEUS : undefined);
    expect((await metrics.expose(accept)).body.split('\n').length).toBe(body.split('\n').length);
    metrics.onApplicationShutdown();
    return body;
  }

  test('is an exemplar in OpenMetrics', async () => {
    const text = await shown(PROMETHEUS);
    const bucket = 'hub_publish_duration_seconds_bucket{le="0.003"} 1 # {trace_id="';
    expect(text).toContain(`${bucket}${TRACE_ID}"} 0.002 `);
    expect(text).toContain('# TYPE hub_connects counter\nhub_connects_total{result="accepted"} 0');
    expect(text.endsWith('\n# EOF\n')).toBe(true);
  });

  test('is not an exemplar in the text format, whose counters keep their names', async () => {
    const text = await shown();
    expect(text).toContain('hub_publish_duration_seconds_bucket{le="0.003"} 1\n');
    expect(text).toContain('# TYPE hub_connects_total counter');
    expect(text).not.toContain('# EOF');
  });
});

test('the values of a histogram up to a bound are counted exactly', () => {
  const values = [1, 2, 2, 3, 5, 8, 13];
  const percentile = (p: number) => values[Math.max(1, Math.round((p / 100) * values.length)) - 1] ?? 0;
  const counted = [0, 1, 2, 4, 13, 100].map((bound) =>
    countUpTo({ count: values.length, percentile }, bound),
  );
  expect(counted).toEqual([0, 1, 3, 4, 7, 7]);
});
