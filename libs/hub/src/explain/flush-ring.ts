import type { Position } from '../log/index.js';

const BYTES_PER_FLUSH = 16;
const MAX_FLUSHES = 65_536;
const LEAST_FLUSHES = 4;

/** When something was written: after the first moment, and at the latest at the second. Monotonic milliseconds. */
export interface Written {
  readonly afterMs: number;
  readonly atMs: number;
}

/**
 * The position up to which everything was flushed, and when. When the ring is full, nothing is forgotten, but the older
 * half gets coarser: the longer ago, the less exact.
 */
export class FlushRing {
  private readonly positions: Float64Array;
  private readonly times: Float64Array;
  private size = 0;

  /** @param maxBytes memory of the ring, at most 1 MiB; it is allocated at once */
  constructor(maxBytes: number) {
    const room = Math.min(MAX_FLUSHES, Math.floor(maxBytes / BYTES_PER_FLUSH));
    const flushes = room < LEAST_FLUSHES ? 0 : room;
    this.positions = new Float64Array(flushes);
    this.times = new Float64Array(flushes);
  }

  get bytes(): number {
    return this.times.length * BYTES_PER_FLUSH;
  }

  /** Everything up to this position is now written. */
  add(upTo: Position, nowMs: number): void {
    if (this.times.length === 0) return;
    if (this.size > 0 && (this.positions[this.size - 1] as number) >= upTo) return;
    if (this.size === this.times.length) this.thin();
    this.positions[this.size] = upTo;
    this.times[this.size++] = nowMs;
  }

  clear(): void {
    this.size = 0;
  }

  /** When the entry at this position was flushed; undefined if it was not yet, or is not recorded. */
  of(position: Position): Written | undefined {
    let [low, high] = [0, this.size];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.positions[middle] as number) < position) low = middle + 1;
      else high = middle;
    }
    if (low === this.size) return undefined;
    return { afterMs: this.times[low - 1] ?? Number.NEGATIVE_INFINITY, atMs: this.times[low] as number };
  }

  /** Drops every second mark of the older half. The mark after it represents it. */
  private thin(): void {
    const half = this.size >>> 1;
    let kept = 0;
    for (let at = 1; at < half; at += 2) {
      this.positions[kept] = this.positions[at] as number;
      this.times[kept++] = this.times[at] as number;
    }
    this.positions.copyWithin(kept, half, this.size);
    this.times.copyWithin(kept, half, this.size);
    this.size -= half - kept;
  }
}
