/** Without the attack, and with it. */
export type Phase = 'before' | 'during';

/** An order for a healthy pair: a phase with a number of messages to receive, or the end. */
export type PairOrder =
  | { readonly next: Phase; readonly atLeast: number }
  | { readonly next: 'end'; readonly atLeast: number; readonly patienceMs: number };

/** The report of a healthy pair. */
export interface PairReport {
  /** Times from sending a message to its arrival, in ms. */
  readonly before: number[];
  readonly during: number[];
  said: number;
  heard: number;
  acked: number;
  /** Publishes that were answered with an error. */
  refused: number;
  /** Messages that arrived twice, or out of order. */
  disorder: number;
  /** The close code of a connection that ended. */
  closed?: number;
}

/** The losses of a healthy pair, in words; empty if there are none. */
export function lossesOf({ said, heard, acked, refused, disorder, closed }: PairReport): string[] {
  return [
    ...(closed === undefined ? [] : [`the healthy pair was closed with ${closed}`]),
    ...(heard + refused < said ? [`the healthy pair lost ${said - heard - refused} messages`] : []),
    ...(refused > 0 ? [`the healthy pair was refused ${refused} messages`] : []),
    ...(acked + refused < said ? [`the healthy pair missed ${said - acked - refused} answers`] : []),
    ...(disorder > 0 ? [`the healthy pair heard ${disorder} messages out of place`] : []),
  ];
}
