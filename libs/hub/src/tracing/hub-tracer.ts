import type { Entry } from '../log/index.js';
import type { PublishOutcome, PublishRequest } from '../publishing/publish-request.js';
import type { Publisher } from '../publishing/speaker.js';

/** A message on its way into the log, recorded. */
export interface PublishSpan {
  /** Travels with the entry, so that every hub of the log can go on with it: a W3C traceparent. */
  readonly traceparent: string;
  /** The message is handed to the log. */
  appending(): void;
  /** @param id of the message, as it travels; undefined if it was not stored */
  settled(outcome: PublishOutcome, id: string | undefined): void;
}

/** An entry on its way to those who hear it, recorded. */
export interface DeliverySpan {
  /** It was written to all of them, one by one, as far as they are still there. */
  done(): void;
}

/** An entry whose trace is sampled. */
export type TracedEntry = Entry & { readonly trace: string };

/**
 * Records what becomes of messages. The hub has none unless somebody records: then a message costs it one look.
 *
 * It is called for each message, and decides which are recorded.
 */
export interface HubTracer {
  /**
   * A message has come.
   *
   * @param sender whose message it is; undefined for the application's own
   * @returns undefined if it is not recorded
   */
  publishing(request: PublishRequest, sender: Publisher | undefined): PublishSpan | undefined;
  /**
   * An entry of which a hub has recorded the publishing is handed to all who hear it here.
   *
   * @param id of the entry, as it travels
   * @param recipients connections that it goes to
   * @returns undefined if it is not recorded
   */
  delivering(entry: TracedEntry, id: string, recipients: number): DeliverySpan | undefined;
  /** The span that is active where this is called, as a W3C traceparent; undefined if none is. */
  active(): string | undefined;
}
