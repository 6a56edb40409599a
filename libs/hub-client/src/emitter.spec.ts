import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { TestBench } from './testing/test-bench.js';

describe('a listener that throws', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('neither stops the others nor the client, and its error is uncaught', () => {
    const uncaught: (() => void)[] = [];
    jest.spyOn(globalThis, 'queueMicrotask').mockImplementation((callback) => uncaught.push(callback));
    const bench = new TestBench();
    bench.client.on('connected', () => {
      throw new Error('mine');
    });
    void bench.client.publish('hi', { key: 'k1' });
    bench.goLive();
    expect(bench.last.read()).toEqual([{ type: 'publish', key: 'k1', content: 'hi' }]);
    expect(uncaught).toHaveLength(1);
    expect(uncaught[0]).toThrow('mine');
  });
});
