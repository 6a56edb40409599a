import type { Account } from '../backpressure/account.js';
import type { WorkBudget } from '../backpressure/work-budget.js';
import type { Worker } from '../backpressure/work-queue.js';
import type { Guard } from '../guard.js';
import type { Entry, Located, MessageLog } from './message-log.js';
import { BEGINNING, type Position } from './position.js';

/** Entries examined per piece of work. */
const ENTRIES_PER_PIECE = 1_000;

/** The part of the log to read. */
export interface HistoryRequest {
  readonly channel: string;
  /** Maximum number of entries. */
  readonly limit: number;
  /** Maximum bytes of their contents as JSON. One entry always fits. */
  readonly maxBytes?: number | undefined;
  /** The id of an entry: read the entries after it. By default the newest entries are read. */
  readonly since?: string | undefined;
}

/** A part of a channel's messages, oldest first. */
export interface HistoryPage {
  readonly entries: readonly Entry[];
  /** Nothing of the channel is left out before this position: a reader that continues here misses nothing. */
  readonly position: Position;
}

/**
 * Why a part of the log cannot be read: it is no longer kept, the log cannot be reached, or too many histories are
 * being read.
 */
export class HistoryError extends Error {
  override readonly name = 'HistoryError';

  constructor(
    readonly code: 'gone' | 'unavailable' | 'too_many',
    message: string,
  ) {
    super(message);
  }
}

/** What reading needs of the hub. */
export interface HistoryHub {
  readonly log: MessageLog;
  readonly budget: WorkBudget;
  readonly guard: Guard;
}

/**
 * Reads the stored messages of a channel up to the current head, one piece of work at a time.
 *
 * @param account charged for it
 * @throws HistoryError
 */
export function readHistory(
  hub: HistoryHub,
  request: HistoryRequest,
  account: Account,
): Promise<HistoryPage> {
  return new Promise((resolve, reject) => {
    new Reading(hub, request, account, { done: resolve, failed: reject }).start();
  });
}

interface Reader {
  done(page: HistoryPage): void;
  failed(error: unknown): void;
}

class Reading implements Worker {
  private readonly channels: ReadonlySet<string>;
  private readonly page: Page;
  private readonly epoch: string;
  private at = BEGINNING;
  /** Later messages are ignored, or reading under load would never end. */
  private end = BEGINNING;

  constructor(
    private readonly hub: HistoryHub,
    private readonly request: HistoryRequest,
    private readonly account: Account,
    private readonly reader: Reader,
  ) {
    this.channels = new Set([request.channel]);
    this.page = new Page(request);
    this.epoch = hub.log.epoch;
  }

  start(): void {
    const { since } = this.request;
    if (since === undefined) this.begin(BEGINNING);
    else this.hub.log.locate(since, this.channels, (located) => this.guarded(() => this.located(located)));
  }

  work(): boolean {
    this.guarded(() => this.hub.budget.charge(this.account, () => this.next()));
    return false;
  }

  private located(located: Located): void {
    if (located.result === 'found') this.begin(located.position);
    else if (located.result === 'gone')
      this.fail('gone', 'some messages after this position are no longer kept');
    else this.fail('unavailable', 'the log cannot be reached');
  }

  private begin(at: Position): void {
    this.at = at;
    this.end = this.hub.log.head;
    this.goOn();
  }

  private goOn(): void {
    this.hub.budget.enqueue('replay', this);
  }

  /** The newest entries are searched in what this process keeps, entries after a position wherever they are. */
  private next(): void {
    const { log } = this.hub;
    if (log.epoch !== this.epoch) this.fail('gone', 'the log was replaced by a new one');
    else if (this.request.since === undefined || log.has(this.at, this.channels))
      this.take(log.read(this.at, ENTRIES_PER_PIECE));
    else
      log.readOld(this.at, ENTRIES_PER_PIECE, (entries) =>
        this.guarded(() => {
          if (entries === undefined)
            this.fail('gone', 'messages were dropped from the log while they were being read');
          else this.hub.budget.charge(this.account, () => this.take(entries));
        }),
      );
  }

  private take(entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (entry.position > this.end) break;
      if (entry.channel === this.request.channel && !this.page.add(entry)) {
        this.reader.done(this.page.upToLast());
        return;
      }
      this.at = entry.position;
    }
    const last = entries.at(-1);
    if (last === undefined || last.position > this.end) this.reader.done(this.page.upTo(this.end));
    else this.goOn();
  }

  private fail(code: HistoryError['code'], message: string): void {
    this.reader.failed(new HistoryError(code, message));
  }

  private guarded(task: () => void): void {
    this.hub.guard.run('history', task, () => this.fail('unavailable', 'internal error'));
  }
}

/** The result so far: the first entries after a position, or the newest ones. */
class Page {
  private readonly found: Entry[] = [];
  private bytes = 0;

  constructor(private readonly request: HistoryRequest) {}

  /** @returns false if it has no room, and later entries are not wanted */
  add(entry: Entry): boolean {
    const isNewest = this.request.since === undefined;
    if (!isNewest && !this.takes(entry)) return false;
    this.found.push(entry);
    if (isNewest && this.found.length > this.request.limit) this.found.shift();
    return true;
  }

  upTo(position: Position): HistoryPage {
    return { entries: this.request.since === undefined ? this.newest() : this.found, position };
  }

  upToLast(): HistoryPage {
    return this.upTo(this.found.at(-1)?.position ?? BEGINNING);
  }

  /** As many of the newest entries as fit. */
  private newest(): readonly Entry[] {
    let from = this.found.length;
    while (from > 0 && this.takes(this.found[from - 1] as Entry, this.found.length - from)) from--;
    return this.found.slice(from);
  }

  /** @param count how many it has so far @returns whether there is room for the entry; if so, the room is taken */
  private takes({ content }: Entry, count = this.found.length): boolean {
    const { limit, maxBytes = Number.POSITIVE_INFINITY } = this.request;
    // As sent: escaped, a character takes up to six bytes.
    const bytes = maxBytes === Number.POSITIVE_INFINITY ? 0 : Buffer.byteLength(JSON.stringify(content));
    if (count >= limit || (count > 0 && this.bytes + bytes > maxBytes)) return false;
    this.bytes += bytes;
    return true;
  }
}
