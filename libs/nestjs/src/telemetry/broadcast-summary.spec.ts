import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type BroadcastCounts, BroadcastSummary } from './broadcast-summary.js';

const flush = (recipients: number): BroadcastCounts => ({ messages: 1, deliveries: recipients, recipients });

describe('the summary of broadcasts', () => {
  let lines: BroadcastCounts[];
  let summary: BroadcastSummary;
  beforeEach(() => {
    jest.useFakeTimers();
    lines = [];
    summary = new BroadcastSummary((counts) => lines.push(counts));
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test('reports the first message at once', () => {
    summary.add(flush(3));
    expect(lines).toEqual([{ messages: 1, deliveries: 3, recipients: 3 }]);
  });

  test('sums up what follows, in one line a second', () => {
    for (const recipients of [3, 2, 4]) summary.add(flush(recipients));
    expect(lines).toHaveLength(1);
    jest.advanceTimersByTime(1_000);
    expect(lines.slice(1)).toEqual([{ messages: 2, deliveries: 6, recipients: 4 }]);
    summary.add(flush(1));
    jest.advanceTimersByTime(1_000);
    expect(lines.slice(2)).toEqual([{ messages: 1, deliveries: 1, recipients: 1 }]);
  });

  test('is silent while there are no messages, and prompt again after that', () => {
    summary.add(flush(1));
    jest.advanceTimersByTime(5_000);
    expect(lines).toHaveLength(1);
    summary.add(flush(2));
    expect(lines).toHaveLength(2);
  });

  test('keeps nothing back at the end', () => {
    summary.add(flush(1));
    summary.add(flush(2));
    summary.end();
    expect(lines.slice(1)).toEqual([{ messages: 1, deliveries: 2, recipients: 2 }]);
    expect(jest.getTimerCount()).toBe(0);
  });
});
