import type { Entry } from './message-log.js';
import type { RetentionLimits } from './options.js';
import { Pages, type Place } from './pages.js';
import { Shares } from './shares.js';
import { bytesOf } from './size.js';

/** The sizes of its parts; tests use small ones. */
const PARTS = {
  /**
   * Maximum number of channels, and of clients, of which nothing is kept and the last dropped position is known
   * exactly.
   */
  names: 16_384,
  /** 4 MiB for each of the two, once more are forgotten. */
  cells: 2 ** 19,
  /** Entries per page. */
  places: 512,
};

/**
 * The newest entries of a log, bounded by count, bytes and age, and shared fairly between channels and between their
 * authors. When it is full, the largest holder, in messages or in bytes like the limit, loses its oldest entry. A
 * channel holds all entries on it, an author all its entries on any channel. So neither a crowd on one channel nor one
 * client on many channels evicts what others have. This leaves gaps, and the ring knows in which channels.
 */
export class FairRing {
  private readonly pages: Pages;
  private readonly shares: Shares;
  private last = 0;
  private count = 0;
  private keptBytes = 0;

  constructor(
    private readonly limits: RetentionLimits,
    { places, ...room } = PARTS,
  ) {
    this.pages = new Pages(places);
    this.shares = new Shares(room);
  }

  get size(): number {
    return this.count;
  }

  /** Approximate bytes of the entries. */
  get bytes(): number {
    return this.keptBytes;
  }

  /** The position of the newest entry, 0 before the first. */
  get head(): number {
    return this.last;
  }

  /** Adds the entry that follows the head. */
  add(entry: Entry, atMs: number): void {
    const place = this.pages.add(entry, bytesOf(entry), atMs);
    this.last = entry.position;
    this.count++;
    this.keptBytes += place.bytes;
    this.shares.add(entry, place);
    if (this.count > this.limits.logMaxMessages) this.drop(this.shares.victim('count'));
    while (this.keptBytes > this.limits.logMaxBytes) this.drop(this.shares.victim('bytes'));
    this.dropOld(atMs);
  }

  /** Up to `max` entries after a position, oldest first. Dropped entries are skipped. */
  read(after: number, max: number): readonly Entry[] {
    return this.pages.read(after, max);
  }

  /** Whether no entry of these channels, or of this client, was dropped after this position; false if it cannot be sure. */
  has(after: number, channels: ReadonlySet<string>, clientId?: string): boolean {
    if (clientId !== undefined && this.shares.droppedBy(clientId) > after) return false;
    for (const name of channels) if (this.shares.droppedOf(name) > after) return false;
    return true;
  }

  dropOld(nowMs: number): void {
    const { pages, limits } = this;
    while (pages.first !== undefined && nowMs - pages.first.atMs > limits.logMaxAgeMs) this.drop(pages.first);
  }

  private drop(place: Place | undefined): void {
    if (place === undefined) return;
    this.shares.take(place);
    this.pages.take(place);
    this.count--;
    this.keptBytes -= place.bytes;
  }
}
