const POSITION = /^([0-9a-zA-Z]+)-(\d{1,15})$/;

/** A place in a log, as it travels: `<epoch>-<sequence>`, opaque to clients. */
export function formatPosition(epoch: string, sequence: number): string {
  return `${epoch}-${sequence}`;
}

/** The sequence of a position of this epoch; undefined for one of another epoch, or for no position at all. */
export function readPosition(position: string, epoch: string): number | undefined {
  const [, itsEpoch, sequence] = POSITION.exec(position) ?? [];
  return itsEpoch === epoch ? Number(sequence) : undefined;
}
