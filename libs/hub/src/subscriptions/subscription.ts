import type { Audience } from '../audience/audience.js';
import type { Connection } from '../connection/connection.js';
import type { Position } from '../log/index.js';
import type { Replay } from './replay.js';

/** What the subscriptions keep of a connection: with whom it hears, or how it catches up, and where it stands. */
export class Subscription {
  /** Where it stands in its audience; kept by the audience, -1 if it is not there. */
  index = -1;
  /** With whom it hears; undefined while it catches up, and when it has left. */
  audience: Audience<Connection> | undefined;
  /** How it catches up. */
  replay: Replay | undefined;

  /** From where on its client has proven that it was there; undefined if it has not. */
  knownSince: Position | undefined;

  /** @param settledTo up to here everything was sent to it alone, apart from its audience */
  constructor(public settledTo: Position) {}
}
