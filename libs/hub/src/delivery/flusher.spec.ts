import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Audience } from '../audience/audience.js';
import { WorkBudget } from '../backpressure/work-budget.js';
import type { Connection } from '../connection/connection.js';
import { plainEncoder } from '../encoding/plain.encoder.js';
import type { Guard } from '../guard.js';
import { Clock } from '../time/clock.js';
import { Tracing } from '../tracing/tracing.js';
import { Flusher } from './flusher.js';
import type { Listeners, SocketWriter } from './socket-writer.js';

/** A clock that follows the fake timers. */
class TestClock extends Clock {
  unixSeconds(): number {
    return 1;
  }
  unixMs(): number {
    return 1_000;
  }
  monotonicMs(): number {
    return performance.now();
  }
}

const guard = { run: (_what, task) => task() } as Guard;

describe('the flusher', () => {
  let budget: WorkBudget;
  let flushes: { atMs: number; bytes: number }[];
  beforeEach(() => {
    flushes = [];
    jest.useFakeTimers();
    budget = new WorkBudget(new TestClock(), guard);
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  function flusherWith(intervalMs: number): Flusher {
    const delivery = {
      flush: (audiences: Iterable<Listeners>) => {
        for (const { batch } of audiences) {
          flushes.push({ atMs: performance.now(), bytes: batch.bytes });
          batch.clear();
        }
      },
    };
    return new Flusher(
      { flushIntervalMs: intervalMs },
      new TestClock(),
      delivery as unknown as SocketWriter,
      budget,
      new Tracing(guard),
    );
  }

  const audience = () => new Audience<Connection>(plainEncoder);
  function say(flusher: Flusher, to: Listeners, bytes = 10): void {
    to.batch.add(Buffer.alloc(bytes), undefined);
    flusher.announce(to, bytes);
  }
  const times = () => flushes.map(({ atMs }) => atMs - startMs);
  let startMs: number;
  beforeEach(() => {
    startMs = performance.now();
  });

  test('sends the first message after a quiet time at the end of its turn, with all else of that turn', () => {
    const [flusher, all] = [flusherWith(2), audience()];
    say(flusher, all);
    say(flusher, all);
    expect(flushes).toEqual([]);
    jest.advanceTimersByTime(0);
    expect(flushes).toEqual([{ atMs: startMs, bytes: 20 }]);
  });

  test('sends later ones when the interval since the last flush is over', () => {
    const [flusher, all] = [flusherWith(50), audience()];
    say(flusher, all);
    jest.advanceTimersByTime(10);
    say(flusher, all);
    jest.advanceTimersByTime(39);
    say(flusher, all);
    expect(times()).toEqual([0]);
    jest.advanceTimersByTime(1);
    expect(times()).toEqual([0, 50]);
    jest.advanceTimersByTime(200);
    say(flusher, all);
    jest.advanceTimersByTime(0);
    expect(times()).toEqual([0, 50, 250]);
  });

  test('with an interval of 0 sends at the end of every turn', () => {
    const [flusher, all] = [flusherWith(0), audience()];
    for (let n = 0; n < 3; n++) {
      say(flusher, all);
      jest.advanceTimersByTime(0);
    }
    expect(times()).toEqual([0, 0, 0]);
  });

  test('does not keep 16 KiB waiting, whether they are added at once or one by one', () => {
    const [flusher, all] = [flusherWith(50), audience()];
    say(flusher, all);
    jest.advanceTimersByTime(1);
    say(flusher, all, 16_384);
    jest.advanceTimersByTime(0);
    say(flusher, all, 10_000);
    jest.advanceTimersByTime(1);
    say(flusher, all, 10_000);
    jest.advanceTimersByTime(0);
    expect(flushes.map(({ bytes }) => bytes)).toEqual([10, 16_384, 20_000]);
    expect(times()).toEqual([0, 1, 2]);
  });

  test('sends 256 KiB on the spot', () => {
    const [flusher, all] = [flusherWith(50), audience()];
    say(flusher, all, 262_144);
    expect(flushes).toEqual([{ atMs: startMs, bytes: 262_144 }]);
  });

  test('sends what waits for several audiences in one flush', () => {
    const flusher = flusherWith(50);
    const [one, other] = [audience(), audience()];
    say(flusher, one);
    say(flusher, other, 20);
    jest.advanceTimersByTime(0);
    expect(flushes.map(({ bytes }) => bytes)).toEqual([10, 20]);
  });

  test('sends all on the spot when much waits for many audiences, though little for each', () => {
    const flusher = flusherWith(2);
    const many = Array.from({ length: 2_000 }, audience);
    for (const each of many) say(flusher, each, 10_000);
    const waited = 16 * 1024 * 1024;
    expect(flushes.length).toBe(Math.ceil(waited / 10_000));
    jest.runAllTimers();
    expect(flushes.length).toBe(many.length);
  });

  test('sends messages of light clients before anything else is done in a turn', () => {
    const [flusher, all] = [flusherWith(2), audience()];
    const done: string[] = [];
    for (const lane of ['replay', 'light'] as const)
      budget.enqueue(lane, {
        work: () => {
          done.push(`${lane} after ${flushes.length} flushes`);
          if (lane === 'light') say(flusher, all);
          return false;
        },
      });
    jest.runAllTimers();
    expect([done, flushes.length]).toEqual([['light after 0 flushes', 'replay after 1 flushes'], 1]);
  });
});
