import type { Sample } from '@ws-hub/console-api';
import { useMemo } from 'preact/hooks';
import { Chart } from '../parts/chart.js';
import { bytes, compact, duration, number, percent } from '../parts/formats.js';

interface Measure {
  readonly title: string;
  of(sample: Sample): number;
  format(value: number): string;
  short?(value: number): string;
  readonly isBinary?: boolean;
}

/** What the charts show, in the order in which an operator looks: load, health, resources, log. */
const MEASURES: readonly Measure[] = [
  { title: 'Deliveries per second', of: (s) => s.deliveriesPerSecond, format: number, short: compact },
  { title: 'Messages per second', of: (s) => s.messagesPerSecond, format: number, short: compact },
  { title: 'Connections', of: (s) => s.connections, format: number, short: compact },
  { title: 'Event-loop delay, p99', of: (s) => s.eventLoopDelayP99Ms, format: duration },
  { title: 'Messages per flush', of: (s) => s.messagesPerFlush, format: number, short: compact },
  { title: 'Queued for clients', of: (s) => s.queuedBytes, format: bytes, isBinary: true },
  { title: 'CPU, of one core', of: (s) => s.cpu, format: percent },
  { title: 'Memory', of: (s) => s.residentBytes, format: bytes, isBinary: true },
  { title: 'Entries in the log', of: (s) => s.logEntries, format: number, short: compact },
  { title: 'Log size', of: (s) => s.logBytes, format: bytes, isBinary: true },
  { title: 'Appends pending', of: (s) => s.pendingAppends, format: number, short: compact },
  { title: 'Log ready', of: (s) => Number(s.isLogReady), format: yesOrNo },
];

/** The last hour, a chart for each measure. */
export function Charts({ samples }: { readonly samples: readonly Sample[] }) {
  const times = useMemo(() => samples.map(({ at }) => at), [samples]);
  return (
    <section class="charts" aria-label="The last hour">
      {MEASURES.map((measure) => (
        <OneChart key={measure.title} measure={measure} samples={samples} times={times} />
      ))}
    </section>
  );
}

interface OneProps {
  readonly measure: Measure;
  readonly samples: readonly Sample[];
  readonly times: readonly number[];
}

function OneChart({ measure: { of, ...looks }, samples, times }: OneProps) {
  const values = useMemo(() => samples.map(of), [samples, of]);
  return <Chart {...looks} times={times} values={values} />;
}

/** A step between the two says nothing. */
function yesOrNo(value: number): string {
  if (value === 1) return 'yes';
  return value === 0 ? 'no' : '';
}
