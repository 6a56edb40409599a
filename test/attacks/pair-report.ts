/** Without the attack, and with it. */
export type Phase = 'before' | 'during';

/** What a healthy pair is told: a phase with a number of messages that it is to hear in it, or the end. */
export type PairOrder =
  | { readonly next: Phase; readonly atLeast: number }
  | { readonly next: 'end'; readonly atLeast: number; readonly patienceMs: number };

/** What a healthy pair has met. */
export interface PairReport {
  /** Times from a message's way out to its arrival in ms. */
  readonly before: number[];
  readonly during: number[];
  said: number;
  heard: number;
  acked: number;
  /** Publishes that were answered with an error. */
  refused: number;
  /** Messages that came twice, or not in their place. */
  disorder: number;
  /** The close code of a connection that ended. */
  closed?: number;
}

/** What a healthy pair has lost, in words; none if all is well. */
export function lossesOf({ said, heard, acked, refused, disorder, closed }: PairReport): string[] {
  return [
    ...(closed === undefined ? [] : [`the healthy pair was closed with ${closed}`]),
    ...(heard + refused < said ? [`the healthy pair lost ${said - heard - refused} messages`] : []),
    ...(refused > 0 ? [`the healthy pair was refused ${refused} messages`] : []),
    ...(acked + refused < said ? [`the healthy pair missed ${said - acked - refused} answers`] : []),
    ...(disorder > 0 ? [`the healthy pair heard ${disorder} messages out of place`] : []),
  ];
}
