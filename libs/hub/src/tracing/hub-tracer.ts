import type { Entry } from '../log/index.js';
import type { PublishOutcome, PublishRequest } from '../publishing/publish-request.js';
import type { Publisher } from '../publishing/speaker.js';

/** The span of a message on its way into the log. */
export interface PublishSpan {
  /** Stored with the entry, so that every hub of the log can continue the trace: a W3C traceparent. */
  readonly traceparent: string;
  /** The message is passed to the log. */
  appending(): void;
  /** @param id of the message; undefined if it was not stored */
  settled(outcome: PublishOutcome, id: string | undefined): void;
}

/** The span of an entry on its way to its subscribers. */
export interface DeliverySpan {
  /** The entry was written to all recipients that are still connected. */
  done(): void;
}

/** An entry whose trace is sampled. */
export type TracedEntry = Entry & { readonly trace: string };

/**
 * Records the path of messages. Without a tracer the hub records nothing, and the check is all that a message costs.
 *
 * It is called for each message, and decides which ones are recorded.
 */
export interface HubTracer {
  /**
   * A message has arrived.
   *
   * @param sender undefined for the application's own messages
   * @returns undefined if it is not recorded
   */
  publishing(request: PublishRequest, sender: Publisher | undefined): PublishSpan | undefined;
  /**
   * An entry whose publishing was recorded is delivered to the subscribers on this hub.
   *
   * @param id of the entry
   * @param recipients the number of connections
   * @returns undefined if it is not recorded
   */
  delivering(entry: TracedEntry, id: string, recipients: number): DeliverySpan | undefined;
  /** The active span, as a W3C traceparent; undefined if there is none. */
  active(): string | undefined;
}
