const SECOND_MS = 1_000;
/** So many addresses have a count of their own at a time; their memory is a few MB. */
const MAX_ADDRESSES = 20_000;
/** What all further addresses may do together, as a multiple of what one may. */
const OTHERS_SHARE = 20;

interface Bucket {
  tokens: number;
  atMs: number;
}

/**
 * A rate for each address, with a second's worth as a burst.
 *
 * Bounded, and O(1): a bucket that nobody touched for a second is full again, so that forgetting it frees nobody. Where
 * all of them are in use, the addresses that come next share one bucket, and those that are known keep theirs.
 */
export class AddressRates {
  /** Least recently used first. */
  private readonly buckets = new Map<string, Bucket>();
  private readonly others: Bucket;

  /** @param rate events a second of one address; 0 means no limit */
  constructor(private readonly rate: number) {
    this.others = { tokens: rate * OTHERS_SHARE, atMs: 0 };
  }

  get size(): number {
    return this.buckets.size;
  }

  /**
   * Counts an event, unless it is one too many.
   *
   * @param nowMs monotonic time
   * @returns whether it may happen
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

  /** Takes an event back that was counted: it was none of those that the rate is for. */
  giveBack(network: string): void {
    if (this.rate === 0) return;
    const bucket = this.buckets.get(network);
    if (bucket !== undefined) bucket.tokens = Math.min(this.rate, bucket.tokens + 1);
    else this.others.tokens = Math.min(this.rate * OTHERS_SHARE, this.others.tokens + 1);
  }

  /** Two for each that comes, so that a crowd which has gone is forgotten. */
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
