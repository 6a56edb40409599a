import { EncodedEntry } from '../encoding/encoded-entry.js';
import type { Encoder } from '../encoding/encoder.js';
import { type Entry, type Position, placeBefore } from '../log/index.js';
import { BlockFrames } from './block-frames.js';
import type { Part } from './part.js';

/** A replaying client, and its channels. */
export interface Wanted {
  readonly clientId: string;
  readonly channels: ReadonlySet<string>;
}

/**
 * A run of the log for all replays of it. Most of them get all of it and share the same bytes. The exceptions are
 * channels that a client is not subscribed to, and its own messages, which it gets as acks.
 */
export class ReplayBlock {
  private readonly entries: Entry[] = [];
  private readonly authors = new Set<string>();
  private readonly channels = new Set<string>();
  private readonly frames: BlockFrames;
  private taken = 0;

  /**
   * @param upTo the position up to which it is complete
   * @param grown called with the bytes by which it grows: for added entries, and for frames encoded on first use
   */
  constructor(
    private readonly epoch: string,
    private readonly encoder: Encoder,
    public upTo: Position,
    private readonly grown: (block: ReplayBlock, bytes: number) => void = () => undefined,
  ) {
    this.frames = new BlockFrames(epoch, encoder, (bytes) => this.grow(bytes));
  }

  /** Bytes of the contents, which the log may have dropped by now, and of the encoded frames. */
  get bytes(): number {
    return this.taken;
  }

  /** Adds the entries that follow, which are all up to a position. */
  extend(entries: readonly Entry[], upTo: Position): void {
    this.upTo = upTo;
    let contentBytes = 0;
    for (const entry of entries) {
      contentBytes += entry.content.length;
      this.entries.push(entry);
      this.frames.add(entry);
      this.authors.add(entry.clientId);
      this.channels.add(entry.channel);
    }
    if (contentBytes > 0) this.grow(contentBytes);
  }

  /** Takes what the client gets after a position, until the part is full. @returns the position that is reached then */
  take(after: Position, wanted: Wanted, part: Part): Position {
    const takesAll = this.isAllFor(wanted);
    let at = this.indexAfter(after);
    let [run, length] = [at, 0];
    for (; at < this.entries.length && !part.isFullWith(length); at++) {
      const entry = this.entries[at] as Entry;
      if (takesAll || isMessageFor(entry, wanted)) {
        length += this.frames.lengthOf(at);
        continue;
      }
      this.frames.addTo(part, run, at);
      this.takeAck(entry, wanted, part);
      [run, length] = [at + 1, 0];
    }
    this.frames.addTo(part, run, at);
    return at < this.entries.length ? placeBefore((this.entries[at] as Entry).position) : this.upTo;
  }

  private grow(bytes: number): void {
    this.taken += bytes;
    this.grown(this, bytes);
  }

  private isAllFor({ clientId, channels }: Wanted): boolean {
    if (this.authors.has(clientId)) return false;
    for (const channel of this.channels) if (!channels.has(channel)) return false;
    return true;
  }

  private takeAck(entry: Entry, { clientId }: Wanted, part: Part): void {
    const ack =
      entry.clientId === clientId ? new EncodedEntry(entry, this.epoch).ack(this.encoder) : undefined;
    if (ack !== undefined) part.add(ack, 1);
  }

  private indexAfter(place: Position): number {
    const at = this.entries.findIndex((entry) => entry.position > place);
    return at === -1 ? this.entries.length : at;
  }
}

function isMessageFor(entry: Entry, { clientId, channels }: Wanted): boolean {
  return entry.clientId !== clientId && channels.has(entry.channel);
}
