import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { readConfig } from '@ws-hub/config';
import { PinoLogger } from 'nestjs-pino';
import { serverCommand } from '../config/server.config.js';
import { SystemClock } from '../time/clock.js';
import { Backlog } from './backlog.js';
import type { Connection } from './connection.js';
import { FlowControl } from './flow-control.js';
import { Guard } from './guard.js';
import { HubLog } from './hub-log.js';
import { HubMetrics } from './hub-metrics.js';
import { SlowConsumers } from './slow-consumers.js';
import { WorkBudget } from './work-budget.js';

/** Bytes written after which a sweep is made in the same turn. */
const SWEEPS_AT_ONCE = 256 * 1024 * 1024;

const nextTurn = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve);
  });

/** A client for which something waits. */
class Waiting {
  backlog: Backlog | undefined;
  queuedBytes = 50;
  closedWith: number | undefined;
  close(code: number): void {
    this.closedWith = code;
  }
  terminate(): void {
    // Its socket is not of this test.
  }
}

describe('what waits for a client', () => {
  const clock = new SystemClock();
  const config = readConfig(serverCommand, { argv: ['--max-queued-bytes', '100'], env: {}, dotenv: {} });
  let metrics: HubMetrics;
  let slow: SlowConsumers;
  beforeEach(() => {
    metrics = new HubMetrics();
    const log = new HubLog(new PinoLogger({ pinoHttp: { level: 'silent' } }));
    const guard = new Guard(log, metrics, clock);
    slow = new SlowConsumers(
      config,
      clock,
      new FlowControl(config, clock, metrics),
      log,
      metrics,
      new WorkBudget(clock, guard),
      guard,
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

  test('ends a client in whose judgement something fails, and judges the others', async () => {
    const [broken, other] = [new Waiting(), new Waiting()];
    for (const client of [broken, other]) slow.wrote(client as unknown as Connection, SWEEPS_AT_ONCE);
    jest.spyOn(broken.backlog as Backlog, 'ageMs').mockImplementation(() => {
      throw new TypeError('a bug');
    });
    other.queuedBytes = 0;
    await nextTurn();
    expect([broken.closedWith, broken.backlog]).toEqual([1011, undefined]);
    expect([other.closedWith, other.backlog]).toEqual([undefined, undefined]);
  });
});
