import { createHistogram } from 'node:perf_hooks';
import type { Latency } from '../job.js';
import { nowMicros } from './marker.js';

/** Times from sending a message to its arrival, in an HDR histogram of microseconds. */
export class Latencies {
  /** Read once per chunk: its messages arrived together. */
  private now = 0;
  private recording = false;
  private readonly histogram = createHistogram();

  arrive(): void {
    this.now = nowMicros();
  }

  /** Warm-up and drain are not recorded. */
  record(on: boolean): void {
    this.recording = on;
  }

  add(sentAt: number): void {
    if (this.recording) this.histogram.record(Math.max(1, Math.round(this.now - sentAt)));
  }

  summary(): Latency | undefined {
    const { histogram } = this;
    if (histogram.count === 0) return undefined;
    return {
      count: histogram.count,
      p50Ms: histogram.percentile(50) / 1000,
      p99Ms: histogram.percentile(99) / 1000,
      maxMs: histogram.max / 1000,
    };
  }
}
