/** A rate over less than this would jump with every message. */
const LEAST_INTERVAL_MS = 1_000;
const SECOND_MS = 1_000;

/** How fast something grows, between two looks at it. */
export class MeasuredRate {
  private perSecond = 0;

  /** @param count as it is now @param atMs monotonic; whole milliseconds take no memory of their own */
  constructor(
    private count: number,
    private atMs: number,
  ) {}

  /** @returns per second, since the look before; 0 at first. A look that comes too soon gets what the last one got. */
  look(count: number, nowMs: number): number {
    const elapsedMs = nowMs - this.atMs;
    if (elapsedMs < LEAST_INTERVAL_MS) return this.perSecond;
    this.perSecond = ((count - this.count) / elapsedMs) * SECOND_MS;
    this.count = count;
    this.atMs = nowMs;
    return this.perSecond;
  }
}
