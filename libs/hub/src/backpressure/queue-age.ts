/**
 * How long bytes have been waiting for one client.
 *
 * Not each write is remembered but one mark: what had been written up to a moment. When all of that is gone, the mark
 * is set anew. So the age is exact for a client that has stopped reading, and never too high for one that reads.
 */
export class QueueAge {
  /** Kept by whoever judges: the turn of the event loop in which it was looked at last. */
  judgedInTurn = 0;
  private writtenBytes = 0;
  private markBytes = 0;
  private markedAtMs: number;
  /** The mark before. */
  private earlierMs: number;

  /** @param waiting bytes that wait at this moment */
  constructor(waiting: number, nowMs: number) {
    this.markedAtMs = this.earlierMs = nowMs;
    this.writtenBytes = this.markBytes = waiting;
  }

  wrote(bytes: number): void {
    this.writtenBytes += bytes;
  }

  /** Bytes that have left so far. @param waiting bytes that wait at this moment */
  takenBytes(waiting: number): number {
    return this.writtenBytes - waiting;
  }

  /**
   * The age of the oldest bytes that wait, in milliseconds.
   *
   * @param waiting bytes that wait at this moment
   */
  ageMs(waiting: number, nowMs: number): number {
    if (this.isMarkGone(waiting)) {
      this.markBytes = this.writtenBytes;
      this.earlierMs = this.markedAtMs;
      this.markedAtMs = nowMs;
    }
    return nowMs - this.markedAtMs;
  }

  /** The same for somebody who only looks: no mark is set. */
  seenAgeMs(waiting: number, nowMs: number): number {
    return this.isMarkGone(waiting) ? 0 : nowMs - this.markedAtMs;
  }

  /**
   * No byte that waits was written before this moment, in monotonic milliseconds; no mark is set.
   *
   * @param waiting bytes that wait at this moment
   */
  writtenSinceMs(waiting: number): number {
    return this.isMarkGone(waiting) ? this.markedAtMs : this.earlierMs;
  }

  private isMarkGone(waiting: number): boolean {
    return this.writtenBytes - waiting >= this.markBytes;
  }
}
