import { bytesOf, type Entry, type RetentionLimits } from '@ws-hub/hub';

interface Kept {
  readonly entry: Entry;
  readonly bytes: number;
  readonly atMs: number;
}

/** The newest entries of a log, without gaps, bounded by count, bytes and age. */
export class Ring {
  private readonly places: (Kept | undefined)[] = [];
  private last = 0;
  private count = 0;
  private keptBytes = 0;

  constructor(private readonly limits: RetentionLimits) {}

  get size(): number {
    return this.count;
  }

  /** Approximate bytes of the entries. */
  get bytes(): number {
    return this.keptBytes;
  }

  /** The sequence of the newest entry, 0 before the first. */
  get head(): number {
    return this.last;
  }

  /** The sequence of the oldest kept entry; `head + 1` if there is none. */
  get first(): number {
    return this.last - this.count + 1;
  }

  /** Adds the entry that follows the head. */
  add(entry: Entry, atMs: number): void {
    const bytes = bytesOf(entry);
    // When the ring is full, the newest entry takes the slot of the oldest.
    if (this.count === this.limits.logMaxMessages) this.dropOldest();
    this.last = entry.position;
    this.places[this.placeOf(entry.position)] = { entry, bytes, atMs };
    this.count++;
    this.keptBytes += bytes;
    while (this.keptBytes > this.limits.logMaxBytes) this.dropOldest();
    this.dropOld(atMs);
  }

  /** Up to `max` entries after a position, oldest first. Dropped entries are skipped. */
  read(after: number, max: number): readonly Entry[] {
    const from = Math.max(after + 1, this.first);
    const to = Math.min(this.last, after + max);
    const entries: Entry[] = [];
    for (let sequence = from; sequence <= to; sequence++) entries.push(this.at(sequence).entry);
    return entries;
  }

  /** Forgets everything. The next entry is the one after this sequence. */
  restart(head: number): void {
    this.places.length = 0;
    this.last = head;
    this.count = this.keptBytes = 0;
  }

  dropOld(nowMs: number): void {
    while (this.count > 0 && nowMs - this.at(this.first).atMs > this.limits.logMaxAgeMs) this.dropOldest();
  }

  private dropOldest(): void {
    this.keptBytes -= this.at(this.first).bytes;
    this.places[this.placeOf(this.first)] = undefined;
    this.count--;
  }

  private at(sequence: number): Kept {
    return this.places[this.placeOf(sequence)] as Kept;
  }

  private placeOf(sequence: number): number {
    return sequence % this.limits.logMaxMessages;
  }
}
