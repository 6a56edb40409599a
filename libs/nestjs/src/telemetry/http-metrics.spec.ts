import { expect, test } from '@jest/globals';
import { HttpMetrics } from './http-metrics.js';
import { Instruments } from './instruments.js';

test('requests have a duration, except for streams of events, which last as long as their listener stays', async () => {
  const instruments = new Instruments();
  const http = new HttpMetrics(instruments);
  http.answered('publish', '201', 2);
  http.answered('events', '200', 3_600_000);
  http.answered('events', '403', 20);
  const text = await instruments.registry.metrics();
  const lines = text
    .split('\n')
    .filter((line) => /^hub_http_request_duration_seconds_(sum|count)/.test(line));
  expect(lines.toSorted()).toEqual([
    'hub_http_request_duration_seconds_count{route="events"} 1',
    'hub_http_request_duration_seconds_count{route="publish"} 1',
    'hub_http_request_duration_seconds_sum{route="events"} 0.02',
    'hub_http_request_duration_seconds_sum{route="publish"} 0.002',
  ]);
  expect(text).toContain('hub_http_requests_total{route="events",status="200"} 1');
});
