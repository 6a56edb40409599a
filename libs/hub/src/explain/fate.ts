import type { Position } from '../log/index.js';

/** What happened to a message for one connection, in the order in which operators look for it. */
export const FATES = [
  'slow',
  'gap',
  'forbidden',
  'queued',
  'replaying',
  'unknown',
  'sent_by_it',
  'replayed',
  'delivered',
  'not_subscribed',
  'not_connected',
] as const;
export type Fate = (typeof FATES)[number];

/** The message in question. */
export interface Said {
  readonly position: Position;
  readonly channel: string;
  /** Its sender. */
  readonly clientId: string;
  /** Whether its sender gets an ack. */
  readonly hasKey: boolean;
}

/** What happened to a message, and why. */
export interface Verdict {
  readonly fate: Fate;
  /** The reason in a sentence, with times and figures; composed on demand. */
  readonly say: () => string;
  /** Monotonic milliseconds, an upper bound; undefined if it did not happen. */
  readonly atMs?: number | undefined;
  /** The connection did not exist at the time, so it says nothing if the client had another one. */
  readonly wasAway?: boolean;
}

/** What waits for a connection, as far as the hub knows. */
export interface Queue {
  readonly bytes: number;
  /** A lower bound for when these bytes were written. */
  readonly sinceMs: number;
}
