import { expect, test } from '@jest/globals';
import type { HttpMeasurement } from './job.js';
import { faultLines, type HttpRun, summarize } from './summary.js';

const clean: HttpMeasurement = {
  seconds: 1,
  requests: 100,
  requestsPerSecond: 100,
  messagesPerSecond: 100,
  answered: 100,
  stored: 100,
  refused: 0,
  misshapen: 0,
  unanswered: 0,
  cpuMicrosPerRequest: 10,
  generatorCpuPercent: 50,
};

function run(server: string, round: number, measurement: Partial<HttpMeasurement>): HttpRun {
  return { load: 'single', server, round, measurement: { ...clean, ...measurement } };
}

test('a ratio to the bare route is made of figures of one round', () => {
  const runs = [
    run('bare', 1, { requestsPerSecond: 100, cpuMicrosPerRequest: 10 }),
    run('embedded', 1, { requestsPerSecond: 50, cpuMicrosPerRequest: 20 }),
    run('bare', 2, { requestsPerSecond: 10, cpuMicrosPerRequest: 100 }),
    run('embedded', 2, { requestsPerSecond: 5, cpuMicrosPerRequest: 200 }),
  ];
  const both = (value: number) => ({ median: value, min: value, max: value });
  expect(summarize(runs)).toMatchObject([
    { server: 'bare', requestsToBare: both(1), cpuToBare: both(1) },
    { server: 'embedded', rounds: 2, requestsToBare: both(0.5), cpuToBare: both(2) },
  ]);
});

test.each([
  ['every answer as it should be, and stored', run('embedded', 1, {}), []],
  ['a server without a log', run('bare', 1, { stored: undefined }), []],
  [
    'bad answers',
    run('embedded', 1, { refused: 1, misshapen: 2, unanswered: 3, answered: 94, stored: 94 }),
    ['single, embedded, round 1: 1 refused, 2 misshapen, 3 unanswered'],
  ],
  [
    'an answer for what is not stored',
    run('embedded', 2, { stored: 99 }),
    ['single, embedded, round 2: 100 messages were answered, and 99 stored'],
  ],
  [
    'a run that failed',
    { load: 'single', server: 'embedded', round: 1, error: 'no' },
    ['single, embedded, round 1: no'],
  ],
])('%s is told', (_, one, lines) => {
  expect(faultLines([one])).toEqual(lines);
});
