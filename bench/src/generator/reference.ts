import { Ledger } from './ledger.js';

const CAPACITY_BYTES = 32 * 1024 * 1024;
const CAPACITY_FRAMES = 256 * 1024;

/**
 * The stream that every receiver that does not publish should get, byte for byte. The first receiver of a frame appends
 * it, parsed. The others compare their bytes with it, which is many times faster than parsing them again.
 *
 * It is bounded: positions count from the first byte, and `dropBefore` forgets what all receivers have passed.
 */
export class Reference {
  /** The position after the last complete frame. */
  end = 0;
  /** Frames appended so far. */
  frames = 0;
  private readonly bytes: Buffer;
  private base = 0;
  private firstFrame = 0;
  private readonly ends: Float64Array;
  private readonly talkers: Uint32Array;
  private readonly sequences: Uint32Array;
  private readonly sentAts: Float64Array;
  /** The account of a receiver at `base`. What follows is replayed from the index. */
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

  /** Whether the `length` bytes from `at` equal those from `position`. */
  matches(position: number, source: Buffer, at: number, length: number): boolean {
    const from = position - this.base;
    return this.bytes.compare(source, at, at + length, from, from + length) === 0;
  }

  /** The number of frames that end at or before the position. */
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

  /** The account of a receiver that got exactly the first `frame` frames. */
  ledgerAt(frame: number): Ledger {
    const ledger = this.ledgerAtBase.clone();
    this.replay(ledger, frame);
    return ledger;
  }

  /** Forgets the frames that are completely before the position. */
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
