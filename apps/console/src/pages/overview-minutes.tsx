import type { Sample } from '@ws-hub/console-api';
import { useState } from 'preact/hooks';
import { bytes, duration, number, percent, time } from '../parts/formats.js';
import { type Column, Table } from '../parts/table.js';
import { lastOfMinutes } from './samples.js';

const COLUMNS: readonly Column<Sample>[] = [
  { title: 'Time', cell: ({ at }) => time(at) },
  { title: 'Deliveries/s', isFigure: true, cell: (s) => number(s.deliveriesPerSecond) },
  { title: 'Messages/s', isFigure: true, cell: (s) => number(s.messagesPerSecond) },
  { title: 'Connections', isFigure: true, cell: (s) => number(s.connections) },
  { title: 'Loop p99', isFigure: true, cell: (s) => duration(s.eventLoopDelayP99Ms) },
  { title: 'Per flush', isFigure: true, cell: (s) => number(s.messagesPerFlush) },
  { title: 'Queued', isFigure: true, cell: (s) => bytes(s.queuedBytes) },
  { title: 'CPU', isFigure: true, cell: (s) => percent(s.cpu) },
  { title: 'Memory', isFigure: true, cell: (s) => bytes(s.residentBytes) },
  { title: 'Log entries', isFigure: true, cell: (s) => number(s.logEntries) },
  { title: 'Pending', isFigure: true, cell: (s) => number(s.pendingAppends) },
  { title: 'Log', cell: ({ isLogReady }) => (isLogReady ? 'ready' : 'not ready') },
];

/** The charts as figures, for screen readers and for copying. */
export function Minutes({ samples }: { readonly samples: readonly Sample[] }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>The last hour in figures</summary>
      {isOpen && (
        <Table
          caption="The last sample of each minute"
          columns={COLUMNS}
          rows={lastOfMinutes(samples)}
          keyOf={({ at }) => at}
          empty="There are no measurements yet."
        />
      )}
    </details>
  );
}
