/**
 * A queue of messages, most of them parts of the same chunk. Stored as offsets, because a Buffer object per message
 * takes more than ten times the size of a small message (1 MB for a chunk of 64 KiB).
 */
export class PackedMessages {
  private readonly chunks: ArrayBufferLike[] = [];
  /** Per message: its chunk, its offset there, its length. */
  private readonly places: number[] = [];
  private at = 0;

  get isEmpty(): boolean {
    return this.at === this.places.length;
  }

  add({ buffer, byteOffset, length }: Buffer): void {
    if (this.chunks.at(-1) !== buffer) this.chunks.push(buffer);
    this.places.push(this.chunks.length - 1, byteOffset, length);
  }

  /** Removes the next message. @throws RangeError if there is none */
  take(): Buffer {
    const [chunk, start, length] = this.places.slice(this.at, this.at + 3);
    const buffer = this.chunks[chunk ?? -1];
    if (buffer === undefined) throw new RangeError('nothing waits');
    this.at += 3;
    return Buffer.from(buffer, start, length);
  }
}
