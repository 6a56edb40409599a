/**
 * How long bytes have been waiting for one client.
 *
 * Instead of every write, it remembers one mark: the amount written up to some moment. When all of that has left, a new
 * mark is set. So the age is exact for a client that has stopped reading, and never too high for one that reads.
 */
export class QueueAge {
  /** The turn of the event loop in which it was last checked; set by the checker. */
  judgedInTurn = 0;
  private writtenBytes = 0;
  private markBytes = 0;
  private markedAtMs: number;
  /** The previous mark. */
  private earlierMs: number;

  /** @param waiting bytes that wait now */
  constructor(waiting: number, nowMs: number) {
    this.markedAtMs = this.earlierMs = nowMs;
    this.writtenBytes = this.markBytes = waiting;
  }

  wrote(bytes: number): void {
    this.writtenBytes += bytes;
  }

  /** Bytes that have left so far. @param waiting bytes that wait now */
  takenBytes(waiting: number): number {
    return this.writtenBytes - waiting;
  }

  /**
   * The age of the oldest waiting bytes, in milliseconds.
   *
   * @param waiting bytes that wait now
   */
  ageMs(waiting: number, nowMs: number): number {
    if (this.isMarkGone(waiting)) {
      this.markBytes = this.writtenBytes;
      this.earlierMs = this.markedAtMs;
      this.markedAtMs = nowMs;
    }
    return nowMs - this.markedAtMs;
  }

  /** Like `ageMs`, without setting a mark. */
  seenAgeMs(waiting: number, nowMs: number): number {
    return this.isMarkGone(waiting) ? 0 : nowMs - this.markedAtMs;
  }

  /**
   * A lower bound for when the waiting bytes were written, in monotonic milliseconds. Sets no mark.
   *
   * @param waiting bytes that wait now
   */
  writtenSinceMs(waiting: number): number {
    return this.isMarkGone(waiting) ? this.markedAtMs : this.earlierMs;
  }

  private isMarkGone(waiting: number): boolean {
    return this.writtenBytes - waiting >= this.markBytes;
  }
}
