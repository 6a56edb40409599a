import { beforeEach, describe, expect, test } from '@jest/globals';
import { HubEvents } from '../events.js';
import { type Draft, type Outcome, positionAt } from '../log/index.js';
import { TestClock } from '../testing/test-clock.js';
import { PublishTimer } from './publish-timer.js';

const STORED: Outcome = { result: 'stored', position: positionAt(1) };

describe('the time from accepted to stored', () => {
  let clock: TestClock;
  let timed: [number, string | undefined][];
  let timer: PublishTimer;
  beforeEach(() => {
    clock = new TestClock();
    timed = [];
    const events = new HubEvents();
    events.attach({ publishTimed: (durationMs, trace) => timed.push([durationMs, trace]) });
    timer = new PublishTimer(clock, events);
  });

  const draft = (timestamp: number, trace?: string): Draft => {
    return { channel: 'a', clientId: 'c', key: undefined, timestamp, content: '', trace };
  };
  function publish(count: number, timestamp: number, trace?: string, outcome = STORED): void {
    for (let at = 0; at < count; at++) timer.time(draft(timestamp, trace))?.(outcome);
  }

  test('is measured of the first message of each second', () => {
    for (const second of [1, 2, 3]) publish(2, second);
    expect(timed).toHaveLength(3);
  });

  test('is measured for one in 61 of the others, which get their outcome all the same', () => {
    publish(1 + 609, 1);
    expect(timed).toHaveLength(10);
    publish(1, 1);
    expect(timed).toHaveLength(11);
    const told: Outcome[] = [];
    for (let at = 0; at < 62; at++) timer.time(draft(1), (outcome) => told.push(outcome))?.(STORED);
    expect(told).toHaveLength(62);
  });

  test('is measured of traced ones, though not of a flood of them', () => {
    publish(50, 1, 'traced');
    expect(timed).toHaveLength(50);
    publish(10_000, 1, 'traced');
    expect(timed.length).toBeLessThan(300);
  });

  test('is that of the clock, and only of what is stored', () => {
    const settled = timer.time(draft(1));
    clock.nowMs += 7;
    settled?.(STORED);
    expect(timed).toEqual([[7, undefined]]);
    publish(1, 2, undefined, { result: 'unavailable', reason: 'gone' });
    expect(timed).toHaveLength(1);
  });
});
