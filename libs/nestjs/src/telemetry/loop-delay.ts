import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

/** How often the loop is looked at; more often costs an idle hub one percent of a core. */
const RESOLUTION_MS = 20;
const NS_PER_S = 1e9;

/** What has been seen so far, cumulatively: how many looks were at most so many seconds late. */
export interface DelayCounts {
  readonly counts: readonly number[];
  readonly count: number;
  readonly sum: number;
}

/**
 * How late the event loop is, in buckets that only grow, so that the hubs of a cluster can be added up.
 *
 * Node looks every 20 ms, in native code: a timer of our own would enter JavaScript fifty times a second on an idle hub, and
 * would itself be what is late. Node tells quantiles, not buckets; but the value of rank k of n is its quantile k/n, so that
 * how many values lie below a bound is found by bisection, exactly. That takes a few hundred cheap calls for a scrape. Node's
 * histogram is never reset: each reset loses a look, and two scrapers see the same.
 */
export class LoopDelay {
  private readonly looks = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  private sum = 0;

  /** @param boundsS upper bounds of the buckets, in seconds, ascending */
  constructor(private readonly boundsS: readonly number[]) {
    this.looks.enable();
  }

  /** All that was seen so far. */
  read(): DelayCounts {
    const { looks, boundsS } = this;
    const lateS = looks.mean / NS_PER_S - RESOLUTION_MS / 1_000;
    // A look may also be early; a sum that goes down would read as a restart. Without looks there is no mean.
    if (looks.count > 0) this.sum = Math.max(this.sum, lateS * looks.count);
    const counts = boundsS.map((bound) => countUpTo(looks, bound * NS_PER_S + RESOLUTION_MS * 1e6));
    return { counts, count: looks.count, sum: this.sum };
  }

  end(): void {
    this.looks.disable();
  }
}

/** How many values of a histogram are not above a bound. */
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
