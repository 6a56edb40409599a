import type { Position } from '../log/index.js';
import type { Queue } from './fate.js';
import type { FlushRing } from './flush-ring.js';

/** What a verdict needs besides the timeline of the connection. */
export interface Sight {
  readonly epoch: string;
  readonly flushes: Pick<FlushRing, 'of'>;
  /** For a connection that still exists. */
  readonly now?: { readonly queue: Queue | undefined; readonly sentTo: Position | undefined } | undefined;
  /** A time as text. @param ms monotonic */
  time(ms: number): string;
}
