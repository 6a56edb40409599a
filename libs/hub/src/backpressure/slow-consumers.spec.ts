import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Connection } from '../connection/connection.js';
import { HubEvents } from '../events.js';
import { Guard } from '../guard.js';
import { HUB_DEFAULTS } from '../hub-options.js';
import { SystemClock } from '../time/clock.js';
import { FlowControl } from './flow-control.js';
import { QueueAge } from './queue-age.js';
import { SlowConsumers } from './slow-consumers.js';
import { WorkBudget } from './work-budget.js';

/** Bytes written after which a sweep runs in the same turn. */
const SWEEPS_AT_ONCE = 256 * 1024 * 1024;

const nextTurn = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve);
  });

/** A client with waiting bytes. */
class Waiting {
  queueAge: QueueAge | undefined;
  queuedBytes = 50;
  closedWith: number | undefined;
  close(code: number): void {
    this.closedWith = code;
  }
  terminate(): void {
    // This test has no socket.
  }
}

describe('what waits for a client', () => {
  const clock = new SystemClock();
  const options = { ...HUB_DEFAULTS, maxQueuedBytes: 100 };
  let slow: SlowConsumers;
  beforeEach(() => {
    const events = new HubEvents();
    const guard = new Guard(events);
    const flow = new FlowControl(options, clock, events);
    slow = new SlowConsumers(options, clock, flow, events, new WorkBudget(clock, guard), guard);
  });
  afterEach(() => {
    slow.stop();
  });

  test('is judged once in a turn, before its first write: what was written since had no chance to leave', async () => {
    const client = { queueAge: new QueueAge(50, clock.monotonicMs()), queuedBytes: 50 };
    expect(slow.isTooSlow(client)).toBe(false);
    client.queuedBytes = 1_000;
    expect(slow.isTooSlow(client)).toBe(false);
    await nextTurn();
    expect(slow.isTooSlow(client)).toBe(true);
  });

  test('ends a client in whose judgement something fails, and judges the others', async () => {
    const [broken, other] = [new Waiting(), new Waiting()];
    for (const client of [broken, other]) slow.wrote(client as unknown as Connection, SWEEPS_AT_ONCE);
    jest.spyOn(broken.queueAge as QueueAge, 'ageMs').mockImplementation(() => {
      throw new TypeError('a bug');
    });
    other.queuedBytes = 0;
    await nextTurn();
    expect([broken.closedWith, broken.queueAge]).toEqual([1011, undefined]);
    expect([other.closedWith, other.queueAge]).toEqual([undefined, undefined]);
  });
});
