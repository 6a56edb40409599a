import { Ledger } from './ledger.js';

const CAPACITY_BYTES = 32 * 1024 * 1024;
const CAPACITY_FRAMES = 256 * 1024;

/**
 * The stream that every receiver who says nothing should get, byte for byte. Whoever gets a frame first appends
 * it, parsed; the others compare their bytes with it, which is many times as fast as parsing them again.
 *
 * It is bounded: positions count from the first byte ever, and `dropBefore` forgets what everybody has passed.
 */
export class Reference {
  /** The position after the last whole frame. */
  end = 0;
  /** Frames ever appended. */
  frames = 0;
  private readonly bytes: Buffer;
  private base = 0;
  private firstFrame = 0;
  private readonly ends: Float64Array;
  private readonly talkers: Uint32Array;
  private readonly sequences: Uint32Array;
  private readonly sentAts: Float64Array;
  /** What a receiver has heard who has come as far as `base`; what lies behind it is replayed from the index. */
  private readonly ledgerAtBase: Ledger;

  constructor(talkers: number, capacity = CAPACITY_BYTES, capacityFrames = CAPACITY_FRAMES) {
    this.bytes = Buffer.allocUnsafeSlow(capacity);
    this.ends = new Float64Array(capacityFrames);
    this.talkers = new Uint32Array(capacityFrames);
    this.sequences = new Uint32Array(capacityFrames);
    this.sentAts = new Float64Array(capacityFrames);
    this.ledgerAtBase = new Ledger(talkers);
  }

  get capacity(): number {
    return this.bytes.length;
  }

  hasRoomFor(size: number): boolean {
    return (
      this.end - this.base + size <= this.bytes.length && this.frames - this.firstFrame < this.ends.length
    );
  }

  append(source: Buffer, start: number, end: number, talker: number, sequence: number, sentAt: number): void {
    source.copy(this.bytes, this.end - this.base, start, end);
    this.end += end - start;
    const slot = this.frames - this.firstFrame;
    this.ends[slot] = this.end;
    this.talkers[slot] = talker;
    this.sequences[slot] = sequence;
    this.sentAts[slot] = sentAt;
    this.frames++;
  }

  /** Are the `length` bytes from `at` the same as those from `position`? */
  matches(position: number, source: Buffer, at: number, length: number): boolean {
    const from = position - this.base;
    return this.bytes.compare(source, at, at + length, from, from + length) === 0;
  }

  /** How many frames end at or before the position. */
  framesBefore(position: number): number {
    if (position >= this.end) return this.frames;
    let low = 0;
    let high = this.frames - this.firstFrame;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.ends[middle] as number) <= position) low = middle + 1;
      else high = middle;
    }
    return this.firstFrame + low;
  }

  startOf(frame: number): number {
    return frame === this.firstFrame ? this.base : this.endOf(frame - 1);
  }

  endOf(frame: number): number {
    return this.ends[frame - this.firstFrame] as number;
  }

  talkerOf(frame: number): number {
    return this.talkers[frame - this.firstFrame] as number;
  }

  sentAtOf(frame: number): number {
    return this.sentAts[frame - this.firstFrame] as number;
  }

  /** A copy of the bytes between two positions. */
  copyOf(from: number, to: number): Buffer {
    return Buffer.from(this.bytes.subarray(from - this.base, to - this.base));
  }

  /** What a receiver has heard who got exactly the first `frame` frames. */
  ledgerAt(frame: number): Ledger {
    const ledger = this.ledgerAtBase.clone();
    this.replay(ledger, frame);
    return ledger;
  }

  /** Forgets the frames that lie wholly before the position. */
  dropBefore(position: number): void {
    const frame = this.framesBefore(position);
    const start = this.startOf(frame);
    this.replay(this.ledgerAtBase, frame);
    this.bytes.copyWithin(0, start - this.base, this.end - this.base);
    const [from, to] = [frame - this.firstFrame, this.frames - this.firstFrame];
    for (const column of [this.ends, this.talkers, this.sequences, this.sentAts]) {
      column.copyWithin(0, from, to);
    }
    this.base = start;
    this.firstFrame = frame;
  }

  private replay(ledger: Ledger, until: number): void {
    for (let slot = 0; slot < until - this.firstFrame; slot++) {
      ledger.note(this.talkers[slot] as number, this.sequences[slot] as number);
    }
  }
}
