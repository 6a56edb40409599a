/** What was said, once, at its place in the one order of the hub. */
export interface Entry {
  /** Whole numbers from 1 on, over all channels. */
  readonly sequence: number;
  readonly channel: string;
  /** Who said it. */
  readonly clientId: string;
  /** The sender's name for it; undefined for a plain message, which cannot be sent again. */
  readonly key: string | undefined;
  /** Unix time in whole seconds. */
  readonly timestamp: number;
  readonly content: string;
}

/** What is to be said. */
export type Draft = Omit<Entry, 'sequence'>;

/** What became of a draft: stored now, stored before under the same key, or not known to be stored. */
export type Outcome =
  | { readonly result: 'stored'; readonly sequence: number }
  | { readonly result: 'duplicate'; readonly sequence: number }
  | { readonly result: 'unavailable'; readonly reason: string };

/**
 * The log: where messages get their order, and where those who were away read what they missed.
 *
 * An engine calls the listener for each entry in log order, its own and those of other nodes; it may do so, and settle
 * an append, in the same turn of the event loop or later.
 */
export abstract class MessageLog {
  /** Names this run of the log: positions of another one mean nothing here. */
  abstract readonly epoch: string;
  /** The last entry's sequence, 0 before the first. */
  abstract readonly head: number;
  /** The sequence of the oldest entry that is kept; `head + 1` if none is. */
  abstract readonly first: number;
  /** How many entries are kept in this process, and how many bytes they take, about. */
  abstract readonly size: number;
  abstract readonly bytes: number;

  /** To be called once, before anything is appended. */
  abstract listen(onEntry: (entry: Entry) => void): void;

  /** @param settled told what became of it, if somebody wants to know */
  abstract append(draft: Draft, settled?: (outcome: Outcome) => void): void;

  /** Up to `max` entries after `sequence`, oldest first; empty at the head. Not to be asked for what is before `first - 1`. */
  abstract read(after: number, max: number): readonly Entry[];
}
