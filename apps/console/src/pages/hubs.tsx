import type { Hubs as Answered, HubRow } from '@ws-hub/console-api';
import { get } from '../api.js';
import { Answer } from '../parts/answer.js';
import { bytes, counted, duration, number } from '../parts/formats.js';
import { Stat, Stats } from '../parts/stat.js';
import { type Column, Table } from '../parts/table.js';
import { POLL_MS, usePolled } from '../poll.js';

const COLUMNS: readonly Column<HubRow>[] = [
  {
    title: 'Hub',
    cell: ({ hub, isThis }) => (
      <>
        <span class="mono">{hub}</span> {isThis && <span class="tag">this one</span>}
      </>
    ),
    sortBy: ({ hub }) => hub,
  },
  { title: 'State', cell: (hub) => <State hub={hub} />, sortBy: stateOf },
  {
    title: 'Connections',
    isFigure: true,
    cell: ({ connections }) => number(connections),
    sortBy: ({ connections }) => connections,
  },
  {
    title: 'Messages/s',
    isFigure: true,
    cell: ({ messagesPerSecond }) => number(messagesPerSecond),
    sortBy: ({ messagesPerSecond }) => messagesPerSecond,
  },
  {
    title: 'Deliveries/s',
    isFigure: true,
    cell: ({ deliveriesPerSecond }) => number(deliveriesPerSecond),
    sortBy: ({ deliveriesPerSecond }) => deliveriesPerSecond,
  },
  {
    title: 'Loop delay p99',
    isFigure: true,
    cell: ({ eventLoopDelayP99Ms }) => duration(eventLoopDelayP99Ms),
    sortBy: ({ eventLoopDelayP99Ms }) => eventLoopDelayP99Ms,
  },
  {
    title: 'Memory',
    isFigure: true,
    cell: ({ residentBytes }) => bytes(residentBytes),
    sortBy: ({ residentBytes }) => residentBytes,
  },
  {
    title: 'Up for',
    isFigure: true,
    cell: ({ uptimeMs }) => duration(uptimeMs),
    sortBy: ({ uptimeMs }) => uptimeMs,
  },
  { title: 'Version', cell: ({ version }) => version, sortBy: ({ version }) => version },
];

/** The hubs that share a log. */
export function Hubs() {
  const polled = usePolled(() => get<Answered>('/hubs'), POLL_MS);
  return (
    <Answer polled={polled}>
      {({ hubs, waitedMs }) => (
        <>
          <Together hubs={hubs} />
          <Table
            caption="Hubs of this log"
            columns={COLUMNS}
            rows={hubs}
            keyOf={({ hub }) => hub}
            orderedBy={{ column: 'Hub', isDescending: false }}
            empty="No hub answered in time."
          />
          <p class="muted small">
            {counted(hubs.length, 'hub')} answered within {duration(waitedMs)}. A hub that is missing here was
            too slow, or cannot be reached through the log.
          </p>
        </>
      )}
    </Answer>
  );
}

function Together({ hubs }: { readonly hubs: readonly HubRow[] }) {
  const sum = (of: (hub: HubRow) => number) => number(hubs.reduce((total, hub) => total + of(hub), 0));
  return (
    <Stats>
      <Stat label="Hubs">{number(hubs.length)}</Stat>
      <Stat label="Connections">{sum(({ connections }) => connections)}</Stat>
      <Stat label="Messages" note="per second">
        {sum(({ messagesPerSecond }) => messagesPerSecond)}
      </Stat>
      <Stat label="Deliveries" note="per second">
        {sum(({ deliveriesPerSecond }) => deliveriesPerSecond)}
      </Stat>
    </Stats>
  );
}

function stateOf({ isDraining, isReady }: HubRow): string {
  if (isDraining) return 'draining';
  return isReady ? 'ready' : 'not ready';
}

function State({ hub }: { readonly hub: HubRow }) {
  const kind = hub.isReady ? 'good' : 'bad';
  return <span class={hub.isDraining ? 'warn' : kind}>{stateOf(hub)}</span>;
}
