/** Over a shorter interval the rate would jump with every message. */
const LEAST_INTERVAL_MS = 1_000;
const SECOND_MS = 1_000;

/** The rate at which a counter grows, between two reads. */
export class MeasuredRate {
  private perSecond = 0;

  /** @param count the current count @param atMs monotonic; whole milliseconds need no memory of their own */
  constructor(
    private count: number,
    private atMs: number,
  ) {}

  /** @returns per second since the previous read; 0 at first. A read that comes too soon returns the previous result. */
  look(count: number, nowMs: number): number {
    const elapsedMs = nowMs - this.atMs;
    if (elapsedMs < LEAST_INTERVAL_MS) return this.perSecond;
    this.perSecond = ((count - this.count) / elapsedMs) * SECOND_MS;
    this.count = count;
    this.atMs = nowMs;
    return this.perSecond;
  }
}
