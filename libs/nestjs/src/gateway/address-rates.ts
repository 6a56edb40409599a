const SECOND_MS = 1_000;
/** Addresses with a counter of their own; they take a few MB. */
const MAX_ADDRESSES = 20_000;
/** The limit that all further addresses share, as a multiple of that of one address. */
const OTHERS_SHARE = 20;

interface Bucket {
  tokens: number;
  atMs: number;
}

/**
 * A rate limit per address, with a burst of one second.
 *
 * Bounded, and O(1): a bucket that was unused for a second is full again, so forgetting it gives nobody extra room.
 * When all buckets are in use, new addresses share one bucket and known addresses keep theirs.
 */
export class AddressRates {
  /** Least recently used first. */
  private readonly buckets = new Map<string, Bucket>();
  private readonly others: Bucket;

  /** @param rate events per second and address; 0 means no limit */
  constructor(private readonly rate: number) {
    this.others = { tokens: rate * OTHERS_SHARE, atMs: 0 };
  }

  get size(): number {
    return this.buckets.size;
  }

  /**
   * Counts an event if it is within the rate.
   *
   * @param nowMs monotonic time
   * @returns whether the event is allowed
   */
  take(network: string, nowMs: number): boolean {
    if (this.rate === 0) return true;
    const known = this.buckets.get(network);
    if (known === undefined) this.forgetIdle(nowMs);
    else this.buckets.delete(network);
    if (known === undefined && this.buckets.size >= MAX_ADDRESSES)
      return take(this.others, this.rate * OTHERS_SHARE, nowMs);
    const bucket = known ?? { tokens: this.rate, atMs: nowMs };
    this.buckets.set(network, bucket);
    return take(bucket, this.rate, nowMs);
  }

  /** Takes back a counted event that the rate is not meant for. */
  giveBack(network: string): void {
    if (this.rate === 0) return;
    const bucket = this.buckets.get(network);
    if (bucket !== undefined) bucket.tokens = Math.min(this.rate, bucket.tokens + 1);
    else this.others.tokens = Math.min(this.rate * OTHERS_SHARE, this.others.tokens + 1);
  }

  /** Checks two buckets per event, so that the buckets of a departed crowd are forgotten. */
  private forgetIdle(nowMs: number): void {
    let looks = 2;
    for (const [network, { atMs }] of this.buckets) {
      if (looks-- === 0 || nowMs - atMs < SECOND_MS) return;
      this.buckets.delete(network);
    }
  }
}

function take(bucket: Bucket, rate: number, nowMs: number): boolean {
  const saved = ((nowMs - bucket.atMs) / SECOND_MS) * rate;
  bucket.tokens = Math.min(rate, bucket.tokens + saved);
  bucket.atMs = nowMs;
  if (bucket.tokens < 1) return false;
  bucket.tokens--;
  return true;
}
