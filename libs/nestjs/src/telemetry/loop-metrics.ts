import type { WorkBudget } from '@ws-hub/hub';
import { Histogram } from 'prom-client';
import type { Instruments } from './instruments.js';
import { LoopDelay } from './loop-delay.js';

const DELAY = 'hub_event_loop_delay_seconds';
const BOUNDS_S = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];
const MS_PER_S = 1_000;

const HELP = 'Delay of the event loop, sampled every 20 ms.';

/** A histogram whose buckets are counted elsewhere: prom-client has no call to set them, so this one overrides its read. */
class DelayHistogram extends Histogram {
  constructor(private readonly delay: LoopDelay) {
    super({ name: DELAY, help: HELP, buckets: BOUNDS_S, registers: [] });
  }

  async getForPromString() {
    const { counts, count, sum } = this.delay.read();
    const values = [
      ...BOUNDS_S.map((le, at) => sample('bucket', counts[at] ?? 0, { le })),
      sample('bucket', count, { le: '+Inf' }),
      sample('sum', sum),
      sample('count', count),
    ];
    return { name: DELAY, help: HELP, type: 'histogram', aggregator: 'sum', values };
  }
}

function sample(suffix: string, value: number, labels: Record<string, string | number> = {}) {
  return { metricName: `${DELAY}_${suffix}`, labels, sharedLabels: {}, value };
}

/** Metrics of the event loop, and of the work that waits for it. */
export class LoopMetrics {
  private readonly delay = new LoopDelay(BOUNDS_S);

  constructor(private readonly instruments: Instruments) {
    instruments.registry.registerMetric(new DelayHistogram(this.delay));
  }

  /** Reads the counters of the lanes at each scrape. */
  watch(budget: WorkBudget): void {
    const { instruments } = this;
    const read = (of: 'queued' | 'pieces' | 'ms', unit = 1) => {
      return () => budget.lanesInUse().map((lane) => [lane.name, lane[of] / unit] as const);
    };
    const waiting = 'Work that waits for a later turn of the event loop, by lane.';
    instruments.momentaryBy('hub_work_queued', waiting, 'lane', read('queued'));
    const pieces = 'Pieces of work that waited for a turn and were done, by lane.';
    instruments.runningBy('hub_work_pieces_total', pieces, 'lane', read('pieces'));
    const seconds = 'Time that these pieces took, by lane.';
    instruments.runningBy('hub_work_seconds_total', seconds, 'lane', read('ms', MS_PER_S));
  }

  end(): void {
    this.delay.end();
  }
}
