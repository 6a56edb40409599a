import type { Outcome } from '../log/index.js';

/** A message to publish. */
export interface PublishRequest {
  readonly clientId: string;
  /** The user in the sender's token, for a message that does not come over a connection. */
  readonly user?: string | undefined;
  readonly channel: string;
  readonly content: string;
  /** The sender's key of the message. Without it the message cannot be retried, and gets no ack. */
  readonly key?: string | undefined;
  /** The parent span of the message: a W3C traceparent. Ignored if it is invalid. */
  readonly trace?: string | undefined;
}

/** The result. `forbidden`: the sender may not publish on that channel. */
export type PublishOutcome = Outcome | { readonly result: 'forbidden'; readonly reason: string };
