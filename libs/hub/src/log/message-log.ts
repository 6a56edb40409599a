import type { Ledger } from './ledger.js';
import type { Notice } from './notice.js';
import { formatPosition, type Position } from './position.js';

/** What was said, once, at its place in the one order of the hub. */
export interface Entry {
  /** Where it stands among the entries of all channels. */
  readonly position: Position;
  /** Empty for an entry that nobody hears. */
  readonly channel: string;
  /** Who said it. */
  readonly clientId: string;
  /** Whom the token of the sender named; undefined for an anonymous sender. */
  readonly user?: string | undefined;
  /** The sender's name for it; undefined for a plain message, which cannot be sent again. */
  readonly key: string | undefined;
  /** Unix time in whole seconds. */
  readonly timestamp: number;
  readonly content: string;
  /** The span in which it was published, if its trace is sampled: a W3C traceparent. */
  readonly trace?: string | undefined;
}

/** What is to be said. */
export type Draft = Omit<Entry, 'position'>;

/** What became of a draft: stored now, stored before under the same key, or not known to be stored. */
export type Outcome =
  | { readonly result: 'stored'; readonly position: Position }
  | { readonly result: 'duplicate'; readonly position: Position }
  | { readonly result: 'unavailable'; readonly reason: string };

/**
 * Where somebody may go on who has everything up to a position: after it; nowhere, because entries are
 * missing; or nobody can tell, because the log cannot be reached.
 */
export type Located =
  | { readonly result: 'found'; readonly position: Position }
  | { readonly result: 'gone' }
  | { readonly result: 'unavailable' };

/** Who is told of the log. None of it throws, nor does anything else that the log is given to call. */
export interface LogListener {
  /** The next entry, whoever appended it, on this node or another. */
  entry(entry: Entry): void;
  /** The next entry does not follow on the last one: what lies between is lost, or the log began anew. */
  lostPlace(): void;
  /** More drafts wait to be stored than should, or no longer so. */
  pressure(on: boolean): void;
  /**
   * All hubs of this log are told something, by this hub or another. What is kept is told before the log is ready, again
   * whenever it has lost its store for a while, and so more than once.
   */
  notice(notice: Notice): void;
  /** The engine has met a bug of its own, and has ended what it was doing. @param what a constant of the code */
  failed(what: string, error: unknown): void;
}

/**
 * The log: where messages get their order, and where those who were away read what they missed.
 *
 * An engine calls the listener for each entry in log order, its own and those of other nodes. It may do so, settle an
 * append and answer a question in the same turn of the event loop or later.
 */
export abstract class MessageLog {
  /** Names this run of the log: positions of another one mean nothing here. */
  abstract readonly epoch: string;
  /** The last entry's position, BEGINNING before the first. */
  abstract readonly head: Position;
  /** How many entries are kept in this process, and how many bytes they take, about. */
  abstract readonly size: number;
  abstract readonly bytes: number;
  /** How many drafts wait to be stored. */
  abstract readonly pending: number;
  /** How many entries and notices were found that no hub has written. */
  abstract readonly skipped: number;
  /** How many keys were forgotten within their minute (PROTOCOL.md, "Keys"). */
  abstract readonly forgottenKeys: number;
  /** Whether drafts can be stored now, as far as one can know. */
  abstract readonly isReady: boolean;
  /** Whether it was ever ready: before that there is no order, and no epoch. */
  abstract readonly hasBegun: boolean;

  /** To be called once, before anything is appended. */
  abstract listen(listener: LogListener): void;

  /**
   * Makes the log ready, or begins to try.
   *
   * @throws LogStartError if it can never be ready as it is configured
   */
  abstract start(): Promise<void>;

  /** Ends it, once what was appended is settled or that takes too long. To be called at any time, also twice. */
  abstract stop(): Promise<void>;

  /** @param settled told what became of it, if somebody wants to know */
  abstract append(draft: Draft, settled?: (outcome: Outcome) => void): void;

  /** Resolves when all that was appended so far is settled. */
  abstract settled(): Promise<void>;

  /**
   * Whether `read` has everything of these channels after this place, and everything with a key that this client said,
   * on whatever channel: its acks are in the entries.
   */
  abstract has(after: Position, channels: ReadonlySet<string>, clientId?: string): boolean;

  /**
   * Up to `max` entries after a place, oldest first, whatever their channel. Empty if none is left: then whoever
   * asked for channels of which it `has` everything is at the head, though the head itself may be an entry of another
   * channel that was dropped.
   */
  abstract read(after: Position, max: number): readonly Entry[];

  /** The same for what `read` does not have any more; undefined if nobody has it. */
  abstract readOld(after: Position, max: number, done: (entries: readonly Entry[] | undefined) => void): void;

  /**
   * Where somebody may go on who has everything of these channels, and all acks of this client, up to a position.
   *
   * @param text a position as it travels, of this log or of any other
   * @param done told once; not before this process has read the log up to there
   */
  abstract locate(
    text: string,
    channels: ReadonlySet<string>,
    done: (located: Located) => void,
    clientId?: string,
  ): void;

  /**
   * Tells all hubs of this log something that is no message, this one included.
   *
   * @returns when it is stored, or sent if it is not to be kept; the listener may be told before or after that
   * @throws NoticeError; TypeError or RangeError for a notice that cannot be (`checkNotice`)
   */
  abstract post(notice: Notice): Promise<void>;

  /** The small durable state beside the messages, and who leads; made when it is first asked for, always the same. */
  abstract ledger(): Ledger;

  /** A position of this log as it travels, for `locate`. */
  textOf(position: Position): string {
    return formatPosition(this.epoch, position);
  }
}
