const POSITION = /^([0-9a-zA-Z]+)-(\d{1,15})$/;

declare const position: unique symbol;

/**
 * A place in the one order of a log. Positions of one log are compared, kept and sent back; the result of arithmetic is
 * not a position. Only logs create them. Underneath it is a number: the entry's own, or that of the entry before.
 */
export type Position = number & { readonly [position]: true };

/** The place before the first entry. */
export const BEGINNING = 0 as Position;

/** A place after every entry. */
export const END = Number.POSITIVE_INFINITY as Position;

/** For logs only: the place of the entry with this number. */
export function positionAt(sequence: number): Position {
  return sequence as Position;
}

/** The place right before an entry: for a client that has everything up to there, the entry is next. */
export function placeBefore(entry: Position): Position {
  return positionAt(entry - 1);
}

/** A place in some log. */
export interface ParsedPosition {
  readonly epoch: string;
  readonly position: Position;
}

/** A place in a log as text: `<epoch>-<number>`, opaque to clients. */
export function formatPosition(epoch: string, position: Position): string {
  return `${epoch}-${position}`;
}

/** Undefined if the text is not a position. */
export function parsePosition(text: string): ParsedPosition | undefined {
  const [, epoch, sequence] = POSITION.exec(text) ?? [];
  return epoch === undefined ? undefined : { epoch, position: positionAt(Number(sequence)) };
}

/** The place in the log of this epoch; undefined for another epoch, or if the text is not a position. */
export function readPosition(text: string, epoch: string): Position | undefined {
  const found = parsePosition(text);
  return found?.epoch === epoch ? found.position : undefined;
}
