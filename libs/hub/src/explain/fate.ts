import type { Position } from '../log/index.js';

/** What became of a message for one connection; those that an operator looks for first. */
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
  /** Whether its sender is acknowledged. */
  readonly hasKey: boolean;
}

/** What became of it, and why. */
export interface Verdict {
  readonly fate: Fate;
  /** Why, in a sentence, with times and figures; not made before it is asked for. */
  readonly say: () => string;
  /** Monotonic milliseconds, at the latest; undefined where it did not come to that. */
  readonly atMs?: number | undefined;
  /** The connection was not there, so that it says nothing where the client had another one. */
  readonly wasAway?: boolean;
}

/** What waits for a connection, as far as one can tell. */
export interface Queue {
  readonly bytes: number;
  /** None of these bytes was written before. */
  readonly sinceMs: number;
}
