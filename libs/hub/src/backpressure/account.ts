import type { TokenBucket } from './token-bucket.js';

/**
 * What one client has recently caused, on all its connections. Each bucket is created at the first charge of its kind:
 * an idle client needs none.
 */
export class Account {
  messages: TokenBucket | undefined;
  bytes: TokenBucket | undefined;
  requests: TokenBucket | undefined;
  controlFrames: TokenBucket | undefined;
  /** Microseconds of the event loop; updated by the work budget. */
  work: TokenBucket | undefined;
  /** Until when it is over its share of the event loop, in monotonic milliseconds. */
  inDebtUntilMs = 0;
}
