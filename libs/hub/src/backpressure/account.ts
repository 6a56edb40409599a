import type { TokenBucket } from './token-bucket.js';

/**
 * What one client has caused lately, on all its connections together. Each bucket is made when the first of its kind is
 * charged: an idle client needs none.
 */
export class Account {
  messages: TokenBucket | undefined;
  bytes: TokenBucket | undefined;
  requests: TokenBucket | undefined;
  controlFrames: TokenBucket | undefined;
  /** Microseconds of the event loop; kept by the work budget. */
  work: TokenBucket | undefined;
  /** Until when it has used more of the event loop than its share; monotonic milliseconds. */
  inDebtUntilMs = 0;
}
