import type { ClientRow } from '@ws-hub/console-api';
import { bytes, duration, number } from '../parts/formats.js';
import { Name } from '../parts/name.js';
import type { Column } from '../parts/table.js';

export const CLIENT_COLUMN: Column<ClientRow> = {
  title: 'Client',
  cell: ({ clientId }) => <Name>{clientId}</Name>,
};

export const USER_COLUMN: Column<ClientRow> = {
  title: 'User',
  cell: ({ user }) => (user === undefined ? <span class="muted">none</span> : <Name>{user}</Name>),
};

export const ADDRESS_COLUMN: Column<ClientRow> = {
  title: 'Address',
  isWideOnly: true,
  cell: ({ address }) => <span class="mono">{address}</span>,
};

export const QUEUED_COLUMN: Column<ClientRow> = {
  title: 'Queued',
  isFigure: true,
  cell: ({ queuedBytes }) => bytes(queuedBytes),
  sortBy: ({ queuedBytes }) => queuedBytes,
};

/** The list of connections; `rateOf` is undefined until there are two polls. */
export function columnsWith(rateOf: (client: ClientRow) => number | undefined): readonly Column<ClientRow>[] {
  return [
    CLIENT_COLUMN,
    USER_COLUMN,
    ADDRESS_COLUMN,
    { title: 'Dialect', isWideOnly: true, cell: ({ dialect }) => dialect },
    { title: 'Channels', isFigure: true, cell: ({ channelCount }) => number(channelCount) },
    { title: 'Sends/s', isFigure: true, cell: (client) => rateInWords(rateOf(client)) },
    { title: 'Queued', isFigure: true, cell: ({ queuedBytes }) => bytes(queuedBytes) },
    { title: 'Connected', isFigure: true, isWideOnly: true, cell: (client) => duration(client.connectedMs) },
    { title: 'State', cell: (client) => stateOf(client) },
  ];
}

function rateInWords(rate: number | undefined): string {
  return rate === undefined ? '–' : number(rate);
}

/** Its current state, in a few words. */
export function stateOf({ isCatchingUp, paused }: ClientRow): string {
  const states = [...(isCatchingUp ? ['catching up'] : []), ...paused.map((why) => `paused: ${why}`)];
  return states.length === 0 ? 'live' : states.join(', ');
}
