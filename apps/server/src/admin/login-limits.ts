const MINUTE_MS = 60_000;
/** Wrong passwords a minute of one network, and of all that have never known the right one. */
const MAX_PER_NETWORK = 5;
const MAX_OF_ALL = 30;
/** So many networks are counted by themselves; all further ones count as one. */
const MAX_NETWORKS = 1_000;
const OTHERS = '';

/**
 * Limits guesses of the password, and their cost. Each attempt is charged before any work is done for it, and refunded
 * if the password is right.
 *
 * A flood from many networks uses up the shared budget; a network that has signed in before is not affected.
 */
export class LoginLimits {
  private readonly buckets = new Map<string, AttemptBucket>();
  private readonly all: AttemptBucket;
  /** Networks with a successful sign-in, oldest first. */
  private readonly trusted = new Set<string>();

  /** @param nowMs monotonic time, as everywhere here */
  constructor(nowMs: number) {
    this.all = new AttemptBucket(MAX_OF_ALL, nowMs);
  }

  /** Counts an attempt, unless it is one too many. @returns the seconds until the next is allowed; 0 if this one is */
  attempt(network: string, nowMs: number): number {
    const own = this.bucketOf(network, nowMs);
    const needsAll = !this.trusted.has(network);
    const waitMs = Math.max(own.waitMs(nowMs), needsAll ? this.all.waitMs(nowMs) : 0);
    if (waitMs > 0) return Math.ceil(waitMs / 1_000);
    own.take(nowMs);
    if (needsAll) this.all.take(nowMs);
    return 0;
  }

  /** It was the right password. */
  succeeded(network: string, nowMs: number): void {
    this.bucketOf(network, nowMs).giveBack();
    if (!this.trusted.has(network)) this.all.giveBack();
    this.trusted.delete(network);
    this.trusted.add(network);
    const [oldest] = this.trusted;
    if (this.trusted.size > MAX_NETWORKS && oldest !== undefined) this.trusted.delete(oldest);
  }

  private bucketOf(network: string, nowMs: number): AttemptBucket {
    const known = this.buckets.get(network);
    if (known !== undefined) return known;
    this.forgetFull(nowMs);
    const name = this.buckets.size < MAX_NETWORKS ? network : OTHERS;
    const bucket = this.buckets.get(name) ?? new AttemptBucket(MAX_PER_NETWORK, nowMs);
    this.buckets.set(name, bucket);
    return bucket;
  }

  /** Forgetting a full bucket has no effect on limits. */
  private forgetFull(nowMs: number): void {
    if (this.buckets.size < MAX_NETWORKS) return;
    for (const [network, bucket] of this.buckets) if (bucket.isFull(nowMs)) this.buckets.delete(network);
  }
}

/** So many attempts at once, and so many a minute. */
class AttemptBucket {
  private left: number;

  constructor(
    private readonly perMinute: number,
    private atMs: number,
  ) {
    this.left = perMinute;
  }

  /** Until the next attempt; 0: now. */
  waitMs(nowMs: number): number {
    this.refill(nowMs);
    return this.left >= 1 ? 0 : ((1 - this.left) / this.perMinute) * MINUTE_MS;
  }

  take(nowMs: number): void {
    this.refill(nowMs);
    this.left--;
  }

  giveBack(): void {
    this.left = Math.min(this.perMinute, this.left + 1);
  }

  isFull(nowMs: number): boolean {
    this.refill(nowMs);
    return this.left === this.perMinute;
  }

  private refill(nowMs: number): void {
    const saved = ((nowMs - this.atMs) / MINUTE_MS) * this.perMinute;
    this.left = Math.min(this.perMinute, this.left + saved);
    this.atMs = nowMs;
  }
}
