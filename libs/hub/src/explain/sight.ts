import type { Position } from '../log/index.js';
import type { Queue } from './fate.js';
import type { FlushRing } from './flush-ring.js';

/** What a verdict needs besides the timeline of the connection. */
export interface Sight {
  readonly epoch: string;
  readonly flushes: Pick<FlushRing, 'of'>;
  /** Of a connection that is still there. */
  readonly now?: { readonly queue: Queue | undefined; readonly sentTo: Position | undefined } | undefined;
  /** A time in words. @param ms monotonic */
  time(ms: number): string;
}
