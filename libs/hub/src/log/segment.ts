import type { Entry, MessageLog } from './message-log.js';
import { type Position, positionAt } from './position.js';

/** Places in one segment: the log is cut along them, whatever was dropped, so that all who read it cut it alike. */
export const SEGMENT_PLACES = 64;

/** What a log keeps of a segment, and up to where that is all. */
export interface SegmentPart {
  readonly entries: readonly Entry[];
  readonly upTo: Position;
}

/** The number of the segment in which an entry lies. */
export function segmentOf(entry: Position): number {
  return Math.floor((entry - 1) / SEGMENT_PLACES);
}

/** The number of the segment in which the entry that follows on a place lies. */
export function segmentAfter(place: Position): number {
  return Math.floor(place / SEGMENT_PLACES);
}

/** The place before the first entry of a segment. */
export function segmentStart(segment: number): Position {
  return positionAt(segment * SEGMENT_PLACES);
}

/** What the log keeps of a segment after a place in it. */
export function readSegment(log: MessageLog, segment: number, after: Position): SegmentPart {
  const upTo = positionAt(Math.min(log.head, (segment + 1) * SEGMENT_PLACES));
  const entries = log.read(after, upTo - after);
  return { entries: entries.filter((entry) => entry.position <= upTo), upTo };
}
