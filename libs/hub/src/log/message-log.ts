import type { Ledger } from './ledger.js';
import type { Notice } from './notice.js';
import { formatPosition, type Position } from './position.js';

/** A stored message, at its place in the one order of the hub. */
export interface Entry {
  /** Its place among the entries of all channels. */
  readonly position: Position;
  /** Empty for an entry without a channel. */
  readonly channel: string;
  /** The sender. */
  readonly clientId: string;
  /** The user in the sender's token; undefined for an anonymous sender. */
  readonly user?: string | undefined;
  /** The sender's key of the message; undefined for a plain message, which cannot be retried. */
  readonly key: string | undefined;
  /** Unix time in whole seconds. */
  readonly timestamp: number;
  readonly content: string;
  /** The span in which it was published, if its trace is sampled: a W3C traceparent. */
  readonly trace?: string | undefined;
}

/** A message to be stored. */
export type Draft = Omit<Entry, 'position'>;

/** The result of a draft: stored now, stored before with the same key, or not known to be stored. */
export type Outcome =
  | { readonly result: 'stored'; readonly position: Position }
  | { readonly result: 'duplicate'; readonly position: Position }
  | { readonly result: 'unavailable'; readonly reason: string };

/**
 * Where a client can resume that has everything up to a position: after it; nowhere, because entries are missing; or
 * unknown, because the log cannot be reached.
 */
export type Located =
  | { readonly result: 'found'; readonly position: Position }
  | { readonly result: 'gone' }
  | { readonly result: 'unavailable' };

/** Notifications of the log. They must not throw, nor may any other callback that the log gets. */
export interface LogListener {
  /** The next entry, whichever node appended it. */
  entry(entry: Entry): void;
  /** The next entry does not follow the last one: the entries between are lost, or the log is new. */
  lostPlace(): void;
  /** More drafts wait to be stored than should, or no longer so. */
  pressure(on: boolean): void;
  /**
   * A notice to all hubs of this log, posted by any of them. Kept notices are delivered before the log is ready and
   * again after each outage of its store, so more than once.
   */
  notice(notice: Notice): void;
  /** The engine has hit one of its own bugs, and has ended the operation. @param what a constant of the code */
  failed(what: string, error: unknown): void;
}

/**
 * The log: it defines the order of messages, and disconnected clients replay missed messages from it.
 *
 * An engine calls the listener for each entry in log order, its own and those of other nodes. It may do so, settle an
 * append and answer a request in the same turn of the event loop or later.
 */
export abstract class MessageLog {
  /** Identifies this incarnation of the log: positions of another one are invalid here. */
  abstract readonly epoch: string;
  /** The last entry's position, BEGINNING before the first. */
  abstract readonly head: Position;
  /** The number of entries kept in this process; `bytes` is their approximate size. */
  abstract readonly size: number;
  abstract readonly bytes: number;
  /** The number of drafts that wait to be stored. */
  abstract readonly pending: number;
  /** The number of entries and notices that no hub wrote. */
  abstract readonly skipped: number;
  /** The number of keys forgotten within their minute (PROTOCOL.md, "Keys"). */
  abstract readonly forgottenKeys: number;
  /** Whether drafts can be stored now, as far as the log knows. */
  abstract readonly isReady: boolean;
  /** Whether it was ever ready. Before that there is no order, and no epoch. */
  abstract readonly hasBegun: boolean;

  /** Call it once, before anything is appended. */
  abstract listen(listener: LogListener): void;

  /**
   * Makes the log ready, or begins to try.
   *
   * @throws LogStartError if it can never become ready as it is configured
   */
  abstract start(): Promise<void>;

  /** Stops it when the appends are settled, or after a timeout. May be called at any time, also twice. */
  abstract stop(): Promise<void>;

  /** @param settled called with the result */
  abstract append(draft: Draft, settled?: (outcome: Outcome) => void): void;

  /** Resolves when all appends so far are settled. */
  abstract settled(): Promise<void>;

  /**
   * Whether `read` has all entries of these channels after this position, and all entries of this client with a key, on
   * any channel: its acks are among the entries.
   */
  abstract has(after: Position, channels: ReadonlySet<string>, clientId?: string): boolean;

  /**
   * Up to `max` entries after a position, oldest first, of any channel. Empty if there are none. A caller that asks for
   * channels of which it `has` everything is then at the head, though the head itself may be a dropped entry of another
   * channel.
   */
  abstract read(after: Position, max: number): readonly Entry[];

  /** Like `read`, for entries that it no longer has; undefined if they are not kept anywhere. */
  abstract readOld(after: Position, max: number, done: (entries: readonly Entry[] | undefined) => void): void;

  /**
   * Where a client can resume that has everything of these channels, and all its acks, up to a position.
   *
   * @param text a position as text, of this log or of another
   * @param done called once, not before this process has read the log up to there
   */
  abstract locate(
    text: string,
    channels: ReadonlySet<string>,
    done: (located: Located) => void,
    clientId?: string,
  ): void;

  /**
   * Posts a notice to all hubs of this log, including this one.
   *
   * @returns when it is stored, or sent if it is not kept; the listener may be called before or after that
   * @throws NoticeError; TypeError or RangeError for an invalid notice (`checkNotice`)
   */
  abstract post(notice: Notice): Promise<void>;

  /** The small durable state beside the messages, with its leader. Created on first use, always the same. */
  abstract ledger(): Ledger;

  /** A position of this log as text, for `locate`. */
  textOf(position: Position): string {
    return formatPosition(this.epoch, position);
  }
}
