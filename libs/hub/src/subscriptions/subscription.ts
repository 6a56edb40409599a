import type { Audience } from '../audience/audience.js';
import type { Connection } from '../connection/connection.js';
import type { Position } from '../log/index.js';
import type { Replay } from './replay.js';

/** The state of a connection's subscriptions: its audience or its replay, and its position. */
export class Subscription {
  /** Its index in its audience; set by the audience, -1 without one. */
  index = -1;
  /** Its audience; undefined during a replay, and when it has left. */
  audience: Audience<Connection> | undefined;
  /** Its replay, if there is one. */
  replay: Replay | undefined;

  /** From where on its client has proved that it was there; undefined if it has not. */
  knownSince: Position | undefined;

  /** @param settledTo the position up to which everything was sent to it alone, not with its audience */
  constructor(public settledTo: Position) {}
}
