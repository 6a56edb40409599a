import { Dropped } from './dropped.js';
import { Heap, type Slot } from './heap.js';
import type { Entry } from './message-log.js';
import { Pages, type Place } from './pages.js';
import { bytesOf, type RingLimits } from './ring.js';

/** How large its parts are: small ones are for tests. */
const PARTS = {
  /** So many channels, and as many clients, of which something was dropped are known by name. */
  names: 16_384,
  /** Places in a page of entries. */
  places: 512,
};

/** What is kept of one channel, which is never nothing. */
class Channel {
  newest: Place;
  count = 1;
  inCount: Slot<Channel> | undefined;
  inBytes: Slot<Channel> | undefined;

  constructor(
    readonly name: string,
    public oldest: Place,
    public bytes: number,
  ) {
    this.newest = oldest;
  }
}

/**
 * The newest entries of a log, bounded by count, bytes and age, and shared fairly between channels: when it is full, the
 * channel that has the most, in messages or in bytes as the bound is, loses its oldest first. So there are holes, and it
 * knows of which channels.
 */
export class FairRing {
  private readonly pages: Pages;
  private readonly channels = new Map<string, Channel>();
  private readonly byCount = new Heap<Channel>();
  private readonly byBytes = new Heap<Channel>();
  private readonly dropped: Dropped;
  /** The same for the clients whose entries have keys, which they want acked whatever the channel. */
  private readonly droppedOwn: Dropped;
  private last = 0;
  private count = 0;
  private keptBytes = 0;

  constructor(
    private readonly limits: RingLimits,
    { names, places } = PARTS,
  ) {
    this.pages = new Pages(places);
    this.dropped = new Dropped(names);
    this.droppedOwn = new Dropped(names);
  }

  get size(): number {
    return this.count;
  }

  /** Bytes that the entries take, about. */
  get bytes(): number {
    return this.keptBytes;
  }

  /** The sequence of the newest entry, 0 before the first. */
  get head(): number {
    return this.last;
  }

  /** Adds the entry that follows the head. */
  add(entry: Entry, atMs: number): void {
    const place = this.pages.add(entry, bytesOf(entry), atMs);
    this.last = entry.sequence;
    this.count++;
    this.keptBytes += place.bytes;
    this.addToChannel(entry.channel, place);
    if (this.count > this.limits.logMaxMessages) this.dropOldestOf(this.byCount.first);
    while (this.keptBytes > this.limits.logMaxBytes) this.dropOldestOf(this.byBytes.first);
    this.dropOld(atMs);
  }

  /** Up to `max` entries after `sequence`, oldest first; what was dropped is left out. */
  read(after: number, max: number): readonly Entry[] {
    return this.pages.read(after, max);
  }

  /** Whether nothing of these channels, or of this client, was dropped after this sequence; false where it cannot be sure. */
  has(after: number, channels: ReadonlySet<string>, clientId?: string): boolean {
    if (clientId !== undefined && this.droppedOwn.of(clientId) > after) return false;
    for (const name of channels) if (this.dropped.of(name) > after) return false;
    return true;
  }

  dropOld(nowMs: number): void {
    const { pages, limits } = this;
    while (pages.first !== undefined && nowMs - pages.first.atMs > limits.logMaxAgeMs)
      // The oldest of all is the oldest of its channel.
      this.dropOldestOf(this.channels.get(pages.first.entry?.channel ?? ''));
  }

  private addToChannel(name: string, place: Place): void {
    const channel = this.channels.get(name);
    if (channel === undefined) {
      this.begin(name, place);
      return;
    }
    channel.newest.next = place;
    channel.newest = place;
    channel.count++;
    channel.bytes += place.bytes;
    this.rank(channel);
  }

  private begin(name: string, place: Place): void {
    const { bytes, sequence } = place;
    const channel = new Channel(name, place, bytes);
    channel.inCount = this.byCount.add(channel, 1, sequence);
    channel.inBytes = this.byBytes.add(channel, bytes, sequence);
    this.channels.set(name, channel);
  }

  private dropOldestOf(channel: Channel | undefined): void {
    if (channel === undefined) return;
    const { oldest } = channel;
    const { clientId = '', key } = oldest.entry ?? {};
    if (key !== undefined) this.droppedOwn.note(clientId, oldest.sequence);
    this.pages.take(oldest);
    this.dropped.note(channel.name, oldest.sequence);
    this.count--;
    this.keptBytes -= oldest.bytes;
    channel.count--;
    channel.bytes -= oldest.bytes;
    if (oldest.next === undefined) {
      this.end(channel);
      return;
    }
    channel.oldest = oldest.next;
    // Or what is gone would hold what follows, up to the next full garbage collection.
    oldest.next = undefined;
    this.rank(channel);
  }

  /** By what it holds; of equals the one whose oldest entry is the oldest of all comes first. */
  private rank({ count, bytes, oldest, inCount, inBytes }: Channel): void {
    if (inCount !== undefined) this.byCount.move(inCount, count, oldest.sequence);
    if (inBytes !== undefined) this.byBytes.move(inBytes, bytes, oldest.sequence);
  }

  private end({ name, inCount, inBytes }: Channel): void {
    if (inCount !== undefined) this.byCount.remove(inCount);
    if (inBytes !== undefined) this.byBytes.remove(inBytes);
    this.channels.delete(name);
  }
}
