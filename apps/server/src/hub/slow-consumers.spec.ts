import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readConfig } from '@ws-hub/config';
import { PinoLogger } from 'nestjs-pino';
import { serverCommand } from '../config/server.config.js';
import { SystemClock } from '../time/clock.js';
import { Backlog } from './backlog.js';
import { FlowControl } from './flow-control.js';
import { HubLog } from './hub-log.js';
import { HubMetrics } from './hub-metrics.js';
import { SlowConsumers } from './slow-consumers.js';
import { WorkBudget } from './work-budget.js';

const nextTurn = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve);
  });

describe('what waits for a client', () => {
  const clock = new SystemClock();
  const config = readConfig(serverCommand, { argv: ['--max-queued-bytes', '100'], env: {}, dotenv: {} });
  let metrics: HubMetrics;
  let slow: SlowConsumers;
  beforeEach(() => {
    metrics = new HubMetrics();
    const log = new HubLog(new PinoLogger({ pinoHttp: { level: 'silent' } }));
    slow = new SlowConsumers(
      config,
      clock,
      new FlowControl(config, clock, metrics),
      log,
      metrics,
      new WorkBudget(clock),
    );
  });
  afterEach(() => {
    slow.onApplicationShutdown();
    metrics.onApplicationShutdown();
  });

  test('is judged once in a turn, before its first write: what was written since had no chance to leave', async () => {
    const client = { backlog: new Backlog(50, clock.monotonicMs()), queuedBytes: 50 };
    expect(slow.isTooSlow(client)).toBe(false);
    client.queuedBytes = 1_000;
    expect(slow.isTooSlow(client)).toBe(false);
    await nextTurn();
    expect(slow.isTooSlow(client)).toBe(true);
  });
});
