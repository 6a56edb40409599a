import { EncodedEntry } from '../encoding/encoded-entry.js';
import type { Encoder } from '../encoding/encoder.js';
import type { Entry } from '../log/index.js';
import type { Part } from './part.js';

/** Above this size the frames are not joined into one buffer: copying a large one costs more than writing its slice. */
const MAX_JOINED_BYTES = 256 * 1024;

/**
 * A run of entries as bytes, encoded on first use and once for all. Usually they are in one buffer. Large ones stay
 * separate, so that no client waits for the encoding of messages that only a few receive.
 */
export class BlockFrames {
  private readonly entries: Entry[] = [];
  private contentBytes = 0;
  private joined: Buffer = Buffer.alloc(0);
  /** Where each frame ends in `joined`. */
  private readonly ends: number[] = [];
  private readonly single: (Buffer | undefined)[] = [];

  /** @param made called with the number of bytes whenever some were encoded */
  constructor(
    private readonly epoch: string,
    private readonly encoder: Encoder,
    private readonly made: (bytes: number) => void,
  ) {}

  add(entry: Entry): void {
    this.entries.push(entry);
    this.contentBytes += entry.content.length;
  }

  lengthOf(at: number): number {
    if (this.isLarge) return this.frame(at).length;
    this.join();
    return this.endOf(at) - this.endOf(at - 1);
  }

  /** Adds those from `start` to before `end`. */
  addTo(part: Part, start: number, end: number): void {
    if (start === end) return;
    if (this.isLarge) {
      for (let at = start; at < end; at++) part.add(this.frame(at), 1);
      return;
    }
    this.join();
    part.add(this.joined.subarray(this.endOf(start - 1), this.endOf(end - 1)), end - start);
  }

  private get isLarge(): boolean {
    return this.contentBytes > MAX_JOINED_BYTES;
  }

  private frame(at: number): Buffer {
    const known = this.single[at];
    if (known !== undefined) return known;
    const frame = this.encode(at);
    this.single[at] = frame;
    this.made(frame.length);
    return frame;
  }

  private join(): void {
    const fresh: Buffer[] = [];
    for (let at = this.ends.length; at < this.entries.length; at++) {
      const frame = this.encode(at);
      fresh.push(frame);
      this.ends.push(this.endOf(at - 1) + frame.length);
    }
    if (fresh.length === 0) return;
    const before = this.joined.length;
    this.joined = Buffer.concat([this.joined, ...fresh]);
    this.made(this.joined.length - before);
  }

  private encode(at: number): Buffer {
    return new EncodedEntry(this.entries[at] as Entry, this.epoch).message(this.encoder);
  }

  private endOf(at: number): number {
    return at < 0 ? 0 : (this.ends[at] as number);
  }
}
