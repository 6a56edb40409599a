const POSITION = /^([0-9a-zA-Z]+)-(\d{1,15})$/;

/** A place in whatever log it is of. */
export interface ParsedPosition {
  readonly epoch: string;
  readonly sequence: number;
}

/** A place in a log, as it travels: `<epoch>-<sequence>`, opaque to clients. */
export function formatPosition(epoch: string, sequence: number): string {
  return `${epoch}-${sequence}`;
}

/** Undefined for what is no position at all. */
export function parsePosition(position: string): ParsedPosition | undefined {
  const [, epoch, sequence] = POSITION.exec(position) ?? [];
  return epoch === undefined ? undefined : { epoch, sequence: Number(sequence) };
}

/** The sequence of a position of this epoch; undefined for one of another epoch, or for no position at all. */
export function readPosition(position: string, epoch: string): number | undefined {
  const found = parsePosition(position);
  return found?.epoch === epoch ? found.sequence : undefined;
}
