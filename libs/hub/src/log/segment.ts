import type { Entry, MessageLog } from './message-log.js';
import { type Position, positionAt } from './position.js';

/**
 * Positions per segment. The log is cut at fixed positions, whatever was dropped, so that all readers get the same
 * segments.
 */
export const SEGMENT_PLACES = 64;

/** The kept entries of a segment, and the position up to which they are complete. */
export interface SegmentPart {
  readonly entries: readonly Entry[];
  readonly upTo: Position;
}

/** The number of the segment that contains an entry. */
export function segmentOf(entry: Position): number {
  return Math.floor((entry - 1) / SEGMENT_PLACES);
}

/** The number of the segment that contains the entry after a place. */
export function segmentAfter(place: Position): number {
  return Math.floor(place / SEGMENT_PLACES);
}

/** The place before the first entry of a segment. */
export function segmentStart(segment: number): Position {
  return positionAt(segment * SEGMENT_PLACES);
}

/** The kept entries of a segment after a place in it. */
export function readSegment(log: MessageLog, segment: number, after: Position): SegmentPart {
  const upTo = positionAt(Math.min(log.head, (segment + 1) * SEGMENT_PLACES));
  const entries = log.read(after, upTo - after);
  return { entries: entries.filter((entry) => entry.position <= upTo), upTo };
}
