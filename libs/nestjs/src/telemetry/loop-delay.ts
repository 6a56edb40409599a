import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

/** Sampling interval of the event loop. More frequent sampling costs an idle hub one percent of a core. */
const RESOLUTION_MS = 20;
const NS_PER_S = 1e9;

/** Cumulative counts of the samples that were at most so many seconds late. */
export interface DelayCounts {
  readonly counts: readonly number[];
  readonly count: number;
  readonly sum: number;
}

/**
 * The delay of the event loop, in cumulative buckets, so that the hubs of a cluster can be summed.
 *
 * Node samples every 20 ms, in native code. A timer of our own would enter JavaScript fifty times a second on an idle
 * hub, and would be delayed itself. Node reports quantiles, not buckets. But the value of rank k of n is its quantile
 * k/n, so bisection finds exactly how many values lie below a bound, with a few hundred cheap calls per scrape. Node's
 * histogram is never reset: each reset loses a sample, and two scrapers must see the same values.
 */
export class LoopDelay {
  private readonly looks = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  private sum = 0;

  /** @param boundsS upper bounds of the buckets, in seconds, ascending */
  constructor(private readonly boundsS: readonly number[]) {
    this.looks.enable();
  }

  /** All samples so far. */
  read(): DelayCounts {
    const { looks, boundsS } = this;
    const lateS = looks.mean / NS_PER_S - RESOLUTION_MS / 1_000;
    // A sample may also be early. A sum that decreases would look like a restart. Without samples there is no mean.
    if (looks.count > 0) this.sum = Math.max(this.sum, lateS * looks.count);
    const counts = boundsS.map((bound) => countUpTo(looks, bound * NS_PER_S + RESOLUTION_MS * 1e6));
    return { counts, count: looks.count, sum: this.sum };
  }

  end(): void {
    this.looks.disable();
  }
}

/** How many values of a histogram are at or below a bound. */
export function countUpTo(histogram: Pick<IntervalHistogram, 'count' | 'percentile'>, bound: number): number {
  const { count } = histogram;
  let [low, high] = [0, count];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (histogram.percentile((middle / count) * 100) <= bound) low = middle;
    else high = middle - 1;
  }
  return low;
}
