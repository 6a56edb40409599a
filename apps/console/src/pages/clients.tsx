import { type Clients as Answered, CLIENT_FIELDS, type ClientField } from '@ws-hub/console-api';
import { useRef } from 'preact/hooks';
import { get } from '../api.js';
import { Answer } from '../parts/answer.js';
import { Field } from '../parts/field.js';
import { Notice } from '../parts/notice.js';
import { Pager } from '../parts/pager.js';
import { Search } from '../parts/search.js';
import { Table } from '../parts/table.js';
import { oneOf, pageIn } from '../place.js';
import { POLL_MS, usePolled } from '../poll.js';
import { useParams } from '../route.js';
import { columnsWith } from './client-columns.js';
import { ClientDetails } from './client-details.js';
import { connectionOf, type Rates, ratesAfter } from './rates.js';

const FIELD_NAMES: Readonly<Record<ClientField, string>> = {
  id: 'Client id',
  user: 'User',
  address: 'Address',
};
const LABELS: Readonly<Record<ClientField, string>> = {
  id: 'Client id (exact)',
  user: 'User (exact)',
  address: 'Address (prefix)',
};

/** Who is connected to this hub. */
export function Clients() {
  const [params, change] = useParams();
  const by = oneOf(CLIENT_FIELDS, params.by);
  const search = params.search ?? '';
  const page = pageIn(params);
  const rates = useRef<Rates>(new Map());
  const polled = usePolled(
    async () => {
      const answer = await get<Answered>('/clients', { by: search === '' ? undefined : by, search, page });
      rates.current = ratesAfter(rates.current, answer);
      return { ...answer, rates: rates.current };
    },
    POLL_MS,
    [by, search, page],
  );
  return (
    <>
      <Search
        label={LABELS[by]}
        text={search}
        onSearch={(text) => change({ by, search: text, page: undefined })}
      >
        <SearchBy by={by} onChange={(wanted) => change({ by: wanted, page: undefined })} />
      </Search>
      <Answer polled={polled}>
        {(answer) => (
          <>
            {answer.isCut && (
              <Notice kind="info">
                This hub has more connections than are searched, so the list is not complete.
              </Notice>
            )}
            <Table
              caption="Connections of this hub"
              columns={columnsWith((client) => answer.rates.get(connectionOf(client))?.perSecond)}
              rows={answer.clients}
              keyOf={connectionOf}
              details={(client) => <ClientDetails client={client} />}
              empty={search === '' ? 'No client is connected to this hub.' : emptyOf(by)}
            />
            <Pager of={answer} things="connections" onPage={(wanted) => change({ page: wanted })} />
          </>
        )}
      </Answer>
    </>
  );
}

function emptyOf(by: ClientField): string {
  if (by === 'address') return 'No client is connected to this hub from an address that begins like this.';
  return `No client with this ${by === 'id' ? 'id' : 'user'} is connected to this hub. The search is exact.`;
}

interface SearchByProps {
  readonly by: ClientField;
  readonly onChange: (by: ClientField) => void;
}

function SearchBy({ by, onChange }: SearchByProps) {
  return (
    <Field label="Search by">
      {(field) => (
        <select
          {...field}
          value={by}
          onChange={(event) => onChange(oneOf(CLIENT_FIELDS, event.currentTarget.value))}
        >
          {CLIENT_FIELDS.map((name) => (
            <option key={name} value={name}>
              {FIELD_NAMES[name]}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
