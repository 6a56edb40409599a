import type { Outcome } from '../log/index.js';

/** What somebody says, and where. */
export interface PublishRequest {
  readonly clientId: string;
  /** Whom the sender's token names, for a message that comes over no connection. */
  readonly user?: string | undefined;
  readonly channel: string;
  readonly content: string;
  /** The sender's name for it; without one it cannot be sent again, and nobody waits for an ack. */
  readonly key?: string | undefined;
  /** The span of the sender that goes on with the message: a W3C traceparent. Ignored if it is none. */
  readonly trace?: string | undefined;
}

/** What became of it. `forbidden`: the sender may not publish on that channel. */
export type PublishOutcome = Outcome | { readonly result: 'forbidden'; readonly reason: string };
