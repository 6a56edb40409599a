import type { Slow as Answered, ClientRow, EvictedRow } from '@ws-hub/console-api';
import { get } from '../api.js';
import { Answer } from '../parts/answer.js';
import { bytes, dateTime, duration, number } from '../parts/formats.js';
import { Name } from '../parts/name.js';
import { Stat, Stats } from '../parts/stat.js';
import { type Column, Table } from '../parts/table.js';
import { POLL_MS, usePolled } from '../poll.js';
import { ADDRESS_COLUMN, CLIENT_COLUMN, QUEUED_COLUMN, stateOf, USER_COLUMN } from './client-columns.js';
import { ClientDetails } from './client-details.js';
import { connectionOf } from './rates.js';

/** Why the hub closes clients that do not keep up; another word is of a later hub. */
const REASONS: Readonly<Record<string, string>> = {
  bytes: 'too much queued',
  age: 'queued too long',
  pressure: 'too much queued for all clients',
};

const WAITING: readonly Column<ClientRow>[] = [
  CLIENT_COLUMN,
  USER_COLUMN,
  ADDRESS_COLUMN,
  QUEUED_COLUMN,
  {
    title: 'Oldest waits',
    isFigure: true,
    cell: ({ queueAgeMs }) => duration(queueAgeMs),
    sortBy: ({ queueAgeMs }) => queueAgeMs,
  },
  { title: 'State', cell: stateOf },
];

const EVICTED: readonly Column<EvictedRow>[] = [
  { title: 'When', cell: ({ at }) => dateTime(at), sortBy: ({ at }) => at },
  { title: 'Client', cell: ({ clientId }) => <Name>{clientId}</Name>, sortBy: ({ clientId }) => clientId },
  {
    title: 'User',
    cell: ({ user }) => (user === undefined ? <span class="muted">none</span> : <Name>{user}</Name>),
    sortBy: ({ user }) => user ?? '',
  },
  {
    title: 'Address',
    isWideOnly: true,
    cell: ({ address }) => <span class="mono">{address}</span>,
    sortBy: ({ address }) => address,
  },
  {
    title: 'Had queued',
    isFigure: true,
    cell: ({ queuedBytes }) => bytes(queuedBytes),
    sortBy: ({ queuedBytes }) => queuedBytes,
  },
  {
    title: 'Had waited',
    isFigure: true,
    cell: ({ waitedMs }) => duration(waitedMs),
    sortBy: ({ waitedMs }) => waitedMs,
  },
  {
    title: 'Reason',
    cell: ({ reason }) => REASONS[reason] ?? reason,
    sortBy: ({ reason }) => reason,
  },
];

/** Slow consumers, and those that were evicted. */
export function Slow() {
  const polled = usePolled(() => get<Answered>('/slow'), POLL_MS);
  return (
    <Answer polled={polled}>
      {({ waiting, waitingCount, evicted, evictedTotal }) => (
        <>
          <Stats>
            <Stat label="Waiting" note="with something queued">
              {number(waitingCount)}
            </Stat>
            <Stat label="Evicted" note="since the start" kind={evictedTotal > 0 ? 'warn' : undefined}>
              {number(evictedTotal)}
            </Stat>
          </Stats>
          <Table
            caption={titleOf('Waiting now', 'longest', waiting.length, waitingCount)}
            columns={WAITING}
            rows={waiting}
            keyOf={connectionOf}
            orderedBy={{ column: 'Queued', isDescending: true }}
            details={(client) => <ClientDetails client={client} />}
            empty="No client has anything queued."
          />
          <Table
            caption={titleOf('Evicted', 'latest', evicted.length, evictedTotal)}
            columns={EVICTED}
            rows={evicted}
            keyOf={({ at, clientId }) => `${at} ${clientId}`}
            orderedBy={{ column: 'When', isDescending: true }}
            empty="No slow consumer was evicted."
          />
        </>
      )}
    </Answer>
  );
}

function titleOf(name: string, which: string, shown: number, total: number): string {
  return shown < total ? `${name} (${which} ${number(shown)} of ${number(total)})` : name;
}
