import { describe, expect, test } from '@jest/globals';
import { testEnvironment } from '../testing/test-environment.js';
import { memoryLog } from './memory.log.js';
import { BEGINNING, placeBefore, positionAt } from './position.js';
import { SEGMENT_PLACES as PLACES, readSegment, segmentAfter, segmentOf, segmentStart } from './segment.js';

/** A log with so many messages, of which it keeps as many as it may. */
function logOf(count: number, logMaxMessages = count) {
  const log = memoryLog({ logMaxMessages })(testEnvironment());
  const draft = { channel: 'main', clientId: 'alice', key: undefined, timestamp: 1, content: 'x' };
  for (let n = 0; n < count; n++) log.append(draft);
  return log;
}

describe('a segment of the log', () => {
  test('begins behind the last entry of the one before', () => {
    const last = positionAt(PLACES);
    const first = positionAt(PLACES + 1);
    expect([segmentOf(positionAt(1)), segmentOf(last), segmentOf(first)]).toEqual([0, 0, 1]);
    expect([segmentAfter(BEGINNING), segmentAfter(placeBefore(last)), segmentAfter(last)]).toEqual([0, 0, 1]);
    expect([segmentStart(0), segmentStart(1)]).toEqual([BEGINNING, last]);
  });

  test('is read from any place in it to its end, or to that of the log', () => {
    const log = logOf(PLACES + 10);
    const { entries, upTo } = readSegment(log, 0, positionAt(PLACES - 2));
    expect([entries.map(({ position }) => position), upTo]).toEqual([[PLACES - 1, PLACES], PLACES]);
    const end = readSegment(log, 1, segmentStart(1));
    expect([end.entries.length, end.entries.at(-1)?.position, end.upTo]).toEqual([10, log.head, log.head]);
  });

  test('has nothing of the next one in the place of what was dropped', () => {
    const { entries, upTo } = readSegment(logOf(2 * PLACES, PLACES + 1), 0, BEGINNING);
    expect([entries.map(({ position }) => position), upTo]).toEqual([[PLACES], PLACES]);
  });
});
