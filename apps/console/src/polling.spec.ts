import { describe, expect, test } from '@jest/globals';
import { nextDelayMs, Polling } from './polling.js';

/** A polling whose answers and pauses are in the hands of the test. */
class Bench {
  readonly answers: { resolve(value: number): void; reject(error: Error): void }[] = [];
  readonly values: number[] = [];
  readonly errors: string[] = [];
  readonly pauses: number[] = [];
  run: (() => void) | undefined;
  readonly polling = new Polling<number>({
    intervalMs: 2000,
    load: () => new Promise((resolve, reject) => this.answers.push({ resolve, reject })),
    onValue: (value) => this.values.push(value),
    onError: ({ message }) => this.errors.push(message),
    later: (run, delayMs) => {
      this.pauses.push(delayMs);
      this.run = run;
      return () => {
        this.run = undefined;
      };
    },
  });

  async answer(value: number | Error): Promise<void> {
    const { resolve, reject } = this.answers.at(-1) as (typeof this.answers)[number];
    if (value instanceof Error) reject(value);
    else resolve(value);
    // One turn: all that waited for the answer has run.
    await new Promise((resolve) => setTimeout(resolve));
  }
}

describe('polling', () => {
  test('asks one question at a time, and the next after a pause', async () => {
    const bench = new Bench();
    bench.polling.start();
    bench.polling.start();
    bench.polling.again();
    expect(bench.answers).toHaveLength(1);
    expect(bench.run).toBeUndefined();
    await bench.answer(1);
    expect(bench.pauses).toEqual([2000]);
    bench.run?.();
    await bench.answer(2);
    expect(bench.values).toEqual([1, 2]);
  });

  test('that stopped asks nothing, and tells nothing that comes late', async () => {
    const bench = new Bench();
    bench.polling.start();
    bench.polling.stop();
    await bench.answer(1);
    expect(bench.values).toEqual([]);
    expect(bench.pauses).toEqual([]);
    bench.polling.start();
    await bench.answer(2);
    bench.polling.stop();
    expect(bench.run).toBeUndefined();
    expect(bench.values).toEqual([2]);
  });

  test('that is hidden and shown while it waits for an answer asks no second question', async () => {
    const bench = new Bench();
    bench.polling.start();
    bench.polling.stop();
    bench.polling.start();
    expect(bench.answers).toHaveLength(1);
    await bench.answer(1);
    expect(bench.values).toEqual([1]);
    expect(bench.pauses).toEqual([2000]);
  });

  test('asks now when it is told to, instead of later', async () => {
    const bench = new Bench();
    bench.polling.start();
    await bench.answer(1);
    bench.polling.again();
    expect(bench.run).toBeUndefined();
    expect(bench.answers).toHaveLength(2);
  });

  test('asks a hub that fails less and less often, until it answers', async () => {
    const bench = new Bench();
    bench.polling.start();
    await bench.answer(new Error('away'));
    bench.run?.();
    await bench.answer(new Error('still away'));
    bench.run?.();
    await bench.answer(3);
    expect(bench.errors).toEqual(['away', 'still away']);
    expect(bench.pauses).toEqual([4000, 8000, 2000]);
    expect(nextDelayMs(2000, 100)).toBe(30_000);
    expect(nextDelayMs(60_000, 3)).toBe(60_000);
  });
});
