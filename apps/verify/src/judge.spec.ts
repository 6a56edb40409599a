import { describe, expect, test } from '@jest/globals';
import { judge, sendersOutstanding } from './judge.js';
import type { Fate, Said } from './ledger.js';

const said = (...senders: number[]): Said[] => senders.map((sender) => by(sender));
const by = (sender: number, fate: Fate = 'acked'): Said => ({ sender, saidAtMs: 0, fate, id: undefined });
const hearing = (heard: number[], gaps: number[] = [], fences: number[] = []) => ({
  heard,
  gaps,
  fences: new Set(fences),
  hearsItself: false,
});
const WELL = { lost: 0, outstanding: 0, excused: 0, duplicate: 0, outOfOrder: 0, echoed: 0 };

describe('the judge', () => {
  test('finds nothing where all clients received all messages, in one order', () => {
    expect(judge(said(1, 2, 1), [hearing([1, 0, 2]), hearing([1]), hearing([0, 2])])).toEqual({
      ...WELL,
      delivered: 6,
    });
  });

  test('finds an acknowledged message that a client missed although it received a later one', () => {
    const messages = [by(1), by(1, 'unknown'), by(1, 'refused'), by(1)];
    const first = hearing([0, 3]);
    expect(judge(messages, [first, hearing([]), hearing([3])])).toMatchObject({ lost: 1, excused: 0 });
  });

  test('calls what a client missed at the end outstanding, unless a fence of its sender was received', () => {
    const messages = said(2, 2, 3);
    const [all, none] = [hearing([0, 1, 2]), hearing([])];
    expect(judge(messages, [all, none, none, all])).toMatchObject({ lost: 0, outstanding: 4 });
    expect(judge(messages, [all, hearing([], [], [2]), none, all])).toMatchObject({
      lost: 2,
      outstanding: 2,
    });
    expect([...sendersOutstanding(messages, [all, hearing([0], [], [2]), none, all])]).toEqual([3]);
  });

  test('finds what was received twice, or by its own sender', () => {
    expect(judge(said(1), [hearing([0]), hearing([0]), hearing([0, 0])])).toMatchObject({
      duplicate: 1,
      echoed: 1,
    });
  });

  test('expects a client that listens and publishes under different ids to receive its own messages', () => {
    const [first, deaf] = [hearing([0, 1]), hearing([1])];
    const own = (each: typeof first) => ({ ...each, hearsItself: true });
    expect(judge(said(1, 2), [first, own(first), hearing([0])])).toEqual({ ...WELL, delivered: 5 });
    expect(judge(said(1, 2), [first, own(deaf), hearing([0])])).toMatchObject({ lost: 1, echoed: 0 });
    expect(judge(said(1, 2), [first, deaf, hearing([0])])).toMatchObject({ lost: 0, echoed: 0 });
  });

  test('finds what was received after something later', () => {
    expect(judge(said(0, 0, 0), [hearing([]), hearing([2, 0, 1])])).toMatchObject({ outOfOrder: 0 });
    expect(judge(said(9, 9, 9), [hearing([0, 1, 2]), hearing([0, 2, 1])])).toMatchObject({ outOfOrder: 1 });
  });

  test('excuses what a gap was told for, and nothing beside it', () => {
    const messages = said(9, 9, 9, 9, 9);
    const first = hearing([0, 1, 2, 3, 4]);
    expect(judge(messages, [first, hearing([0, 3, 4], [1])])).toMatchObject({ lost: 0, excused: 2 });
    expect(judge(messages, [first, hearing([0, 3], [1], [9])])).toMatchObject({ lost: 1, excused: 2 });
    expect(judge(messages, [first, hearing([0, 1], [2])])).toMatchObject({ lost: 0, excused: 3 });
  });

  test('takes a gap for the reason where the first client missed it as well', () => {
    const messages = said(9, 9);
    expect(judge(messages, [hearing([1], [0]), hearing([1], [0]), hearing([1], [], [9])])).toMatchObject({
      lost: 1,
      excused: 2,
    });
  });
});
