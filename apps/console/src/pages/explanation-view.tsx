import './look.css';
import { type ClientFate, type Explanation, FATES, type Fate } from '@ws-hub/console-api';
import { useId, useState } from 'preact/hooks';
import { dateTime, number, time } from '../parts/formats.js';
import { Name } from '../parts/name.js';
import { Notice } from '../parts/notice.js';
import { Table } from '../parts/table.js';

const FATE_WORDS: Readonly<Record<Fate, string>> = {
  delivered: 'delivered',
  queued: 'still queued',
  replayed: 'replayed',
  replaying: 'being replayed',
  sent_by_it: 'its own',
  slow: 'lost: too slow',
  forbidden: 'forbidden',
  not_subscribed: 'not subscribed',
  not_connected: 'not connected',
  gap: 'lost: a gap',
  unknown: 'unknown',
};

const GOOD: readonly Fate[] = ['delivered', 'replayed'];
const BAD: readonly Fate[] = ['slow', 'gap', 'forbidden'];

const COLUMNS = [
  { title: 'Client', cell: ({ clientId, user }: ClientFate) => <Name>{user ?? clientId}</Name> },
  { title: 'Fate', cell: ({ fate }: ClientFate) => <span class={classOf(fate)}>{FATE_WORDS[fate]}</span> },
  { title: 'At', cell: ({ at }: ClientFate) => (at === undefined ? '–' : time(at)) },
  { title: 'Reason', cell: ({ reason }: ClientFate) => <span class="said">{reason}</span> },
  { title: 'Connected', cell: ({ isConnected }: ClientFate) => (isConnected ? 'yes' : 'no') },
  { title: 'Dialect', cell: ({ dialect }: ClientFate) => dialect, isWideOnly: true },
  { title: 'Address', cell: ({ address }: ClientFate) => address, isWideOnly: true },
  { title: 'Hub', cell: ({ hub }: ClientFate) => hub, isWideOnly: true },
];

/** An answer: the message, and what became of it for each client. */
export function ExplanationView({
  explanation: { message, clients, total, hubs, notes },
}: {
  readonly explanation: Explanation;
}) {
  const [fate, setFate] = useState('');
  const id = useId();
  const present = FATES.filter((each) => clients.some((client) => client.fate === each));
  const shown = clients.filter((client) => fate === '' || client.fate === fate);
  return (
    <div class="stack">
      <MessageFacts message={message} />
      {notes.map((note) => (
        <Notice key={note} kind="info">
          {note}
        </Notice>
      ))}
      <div class="row">
        <div class="field">
          <label for={id}>Fate</label>
          <select id={id} value={fate} onChange={({ currentTarget }) => setFate(currentTarget.value)}>
            <option value="">all</option>
            {present.map((each) => (
              <option key={each} value={each}>
                {FATE_WORDS[each]}
              </option>
            ))}
          </select>
        </div>
        <p class="muted">
          {number(shown.length)} of {number(total)} clients shown; hubs that answered: {hubs.join(', ')}
        </p>
      </div>
      <Table
        caption="What became of it"
        columns={COLUMNS}
        rows={shown}
        keyOf={({ hub, clientId, address }) => `${hub} ${clientId} ${address}`}
        empty="No client is recorded."
      />
    </div>
  );
}

function MessageFacts({ message }: { readonly message: Explanation['message'] }) {
  const { id, channel, clientId, user, timestamp, contentLength, storedIn, hub, ackedAt } = message;
  const facts = [
    ['Message', id],
    ['Channel', channel],
    ['Sender', user === undefined ? clientId : `${user} (${clientId})`],
    ['Accepted', `${dateTime(timestamp * 1_000)}${hub === undefined ? '' : ` by hub ${hub}`}`],
    ['Stored in', storedIn],
    ['Acknowledged', ackedAt === undefined ? 'not recorded, or it had no key' : dateTime(ackedAt)],
    ['Length', `${number(contentLength)} characters`],
  ] as const;
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <bdi>{value}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function classOf(fate: Fate): string {
  if (GOOD.includes(fate)) return 'good';
  return BAD.includes(fate) ? 'bad' : '';
}
