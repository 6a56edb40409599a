import type { ClientRow } from '@ws-hub/console-api';
import type { ComponentChildren } from 'preact';
import { bytes, counted, duration, number } from '../parts/formats.js';
import { Name } from '../parts/name.js';
import { DisconnectClient } from './disconnect.js';

/** All that is known about one connection, and the way to end it. */
export function ClientDetails({ client }: { readonly client: ClientRow }) {
  return (
    <div class="stack">
      <dl class="facts">
        <Fact name="Client id">
          <Name isWhole>{client.clientId}</Name>
        </Fact>
        <Fact name="User">{client.user === undefined ? 'none' : <Name isWhole>{client.user}</Name>}</Fact>
        <Fact name="Address">
          <span class="mono">{client.address}</span>, {client.dialect}
        </Fact>
        <Fact name="Connected">
          for {duration(client.connectedMs)}
          {client.expiresInMs !== undefined && `; its token expires in ${duration(client.expiresInMs)}`}
        </Fact>
        <Fact name="Published">
          {counted(client.messagesIn, 'message')}, {bytes(client.bytesIn)}
        </Fact>
        <Fact name="Queued">{queueInWords(client)}</Fact>
        <Fact name="Cursor">{client.cursor ?? 'none: no subscription yet'}</Fact>
        <Fact name="Rights">{client.rights === undefined ? 'all' : <List of={client.rights} />}</Fact>
        <Fact name={`Channels (${number(client.channelCount)})`}>
          <List of={client.channels} total={client.channelCount} />
        </Fact>
      </dl>
      <DisconnectClient client={client} />
    </div>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function queueInWords({ queuedBytes, queueAgeMs }: ClientRow): string {
  return queuedBytes === 0 ? 'nothing' : `${bytes(queuedBytes)}, the oldest for ${duration(queueAgeMs)}`;
}

interface ListProps {
  readonly of: readonly string[];
  /** How many there are, if these are not all. */
  readonly total?: number;
}

function List({ of, total = of.length }: ListProps) {
  if (total === 0) return <>none</>;
  return (
    <ul class="plain">
      {of.map((text) => (
        <li key={text}>
          <Name isWhole>{text}</Name>
        </li>
      ))}
      {total > of.length && <li class="muted">and {number(total - of.length)} more</li>}
    </ul>
  );
}
