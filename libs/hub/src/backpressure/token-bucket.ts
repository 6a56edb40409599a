const SECOND_MS = 1_000;

/** A token bucket: a rate limit with a burst. */
export class TokenBucket {
  private tokens: number;

  /**
   * @param rate tokens per second
   * @param burst maximum tokens saved up
   * @param atMs monotonic time
   */
  constructor(
    private readonly rate: number,
    private readonly burst: number,
    private atMs: number,
  ) {
    this.tokens = burst;
  }

  /** Takes tokens, on credit if necessary. @returns milliseconds until the debt is paid; 0 if there is none */
  take(nowMs: number, amount = 1): number {
    const saved = ((nowMs - this.atMs) / SECOND_MS) * this.rate;
    this.tokens = Math.min(this.burst, this.tokens + saved) - amount;
    this.atMs = nowMs;
    return this.tokens >= 0 ? 0 : (-this.tokens / this.rate) * SECOND_MS;
  }
}
