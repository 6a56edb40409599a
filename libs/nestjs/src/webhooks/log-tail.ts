import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  BEGINNING,
  type Entry,
  formatPosition,
  type MessageLog,
  type Position,
  parsePosition,
  placeBefore,
} from '@ws-hub/hub';
import type { EventFilter } from './event-filter.js';
import type { EventQueue } from './event-queue.js';

/** Entries read per turn of the event loop. */
const ENTRIES_PER_TURN = 200;
/** If the store is available and still cannot be read after so many attempts, it no longer has the entry. */
const MAX_TRIES = 3;

export interface LogTailHooks {
  /** Messages were added to the queue. */
  added(): void;
  /** @param messages of any channel, dropped from the log before they were read; undefined if the number is unknown */
  lost(messages: number | undefined): void;
}

/**
 * Reads the messages for the receiver from the log, behind their delivery to clients and only while the queue has room.
 * Until then the log is the queue.
 */
export class LogTail {
  private cursor: Position = BEGINNING;
  private epoch = '';
  private tries = 0;
  private underWay: Promise<void> | undefined;
  private hasEnded = false;

  constructor(
    private readonly log: MessageLog,
    private readonly filter: EventFilter,
    private readonly queue: EventQueue,
    private readonly hooks: LogTailHooks,
  ) {}

  /**
   * @param told the position up to which messages were sent, as text; undefined if there is none
   * @param head the position to start from in that case
   */
  begin(told: string | undefined, head: Position): void {
    const found = told === undefined ? undefined : parsePosition(told);
    this.epoch = found?.epoch ?? this.log.epoch;
    this.cursor = found?.position ?? head;
  }

  end(): void {
    this.hasEnded = true;
  }

  /** The position up to which all messages were sent, as text. */
  get told(): string {
    const { oldest } = this.queue;
    if (oldest === undefined) return formatPosition(this.epoch, this.cursor);
    return formatPosition(oldest.epoch, placeBefore(oldest.entry.position));
  }

  /** Continues reading, if it is not reading already. @returns when there is nothing more, or no more room */
  poll(): Promise<void> {
    this.underWay ??= this.readOn().finally(() => {
      this.underWay = undefined;
    });
    return this.underWay;
  }

  private async readOn(): Promise<void> {
    while (!this.hasEnded && this.log.isReady && !this.queue.isFull) {
      this.followLog();
      if (this.cursor === this.log.head || !(await this.readSome())) return;
      await nextTurn();
    }
  }

  /** A new log is read from its beginning. If a log has lost its end, its positions are assigned again. */
  private followLog(): void {
    const { epoch, head } = this.log;
    if (epoch !== this.epoch) {
      this.epoch = epoch;
      this.cursor = BEGINNING;
      this.hooks.lost(undefined);
    }
    if (head < this.cursor) this.cursor = head;
  }

  /** @returns whether to continue now */
  private async readSome(): Promise<boolean> {
    const { head } = this.log;
    const entries = await this.next();
    if (entries === undefined || this.hasEnded) return false;
    const before = this.queue.size;
    let lost = 0;
    for (const entry of entries) {
      lost += entry.position - this.cursor - 1;
      this.take(entry);
    }
    if (entries.length === 0) {
      // The former head was on a channel that the log has dropped.
      lost += head - this.cursor;
      this.cursor = head;
    }
    if (lost > 0) this.hooks.lost(lost);
    if (this.queue.size > before) this.hooks.added();
    return true;
  }

  private take(entry: Entry): void {
    this.cursor = entry.position;
    if (this.filter.wants('message', entry.channel)) this.queue.add({ entry, epoch: this.epoch });
  }

  /** Undefined if the store cannot be read at the moment. */
  private async next(): Promise<readonly Entry[] | undefined> {
    const kept = this.log.read(this.cursor, ENTRIES_PER_TURN);
    if (kept[0] !== undefined && placeBefore(kept[0].position) === this.cursor) return kept;
    const old = await this.readOld();
    if (old === 'later') return undefined;
    this.tries = 0;
    return old ?? this.oldestKept();
  }

  /** The first entries after a gap, which may be larger than one read. */
  private oldestKept(): readonly Entry[] {
    return this.log.read(this.cursor, this.log.head - this.cursor).slice(0, ENTRIES_PER_TURN);
  }

  /** Undefined if the next entries are not kept. An engine that answers synchronously has no store to ask. */
  private async readOld(): Promise<readonly Entry[] | undefined | 'later'> {
    let isLate = false;
    const entries = await new Promise<readonly Entry[] | undefined>((resolve) => {
      let hasReturned = false;
      this.log.readOld(this.cursor, ENTRIES_PER_TURN, (found) => {
        isLate = hasReturned;
        resolve(found);
      });
      hasReturned = true;
    });
    if (entries !== undefined && entries.length > 0) return entries;
    return isLate && ++this.tries < MAX_TRIES ? 'later' : undefined;
  }
}
