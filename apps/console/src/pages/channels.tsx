import { type Channels as Answered, CHANNEL_ORDERS, type ChannelRow } from '@ws-hub/console-api';
import { get } from '../api.js';
import { Answer } from '../parts/answer.js';
import { number } from '../parts/formats.js';
import { Name } from '../parts/name.js';
import { Pager } from '../parts/pager.js';
import { Search } from '../parts/search.js';
import { type Column, Table } from '../parts/table.js';
import { hrefOf, oneOf, pageIn } from '../place.js';
import { POLL_MS, usePolled } from '../poll.js';
import { useParams } from '../route.js';

const COLUMNS: readonly Column<ChannelRow>[] = [
  { title: 'Channel', order: 'name', cell: ({ channel }) => <Name>{channel}</Name> },
  { title: 'Listeners', order: 'listeners', isFigure: true, cell: ({ listeners }) => number(listeners) },
  {
    title: 'Messages/s',
    order: 'rate',
    isFigure: true,
    cell: ({ messagesPerSecond }) => number(messagesPerSecond),
  },
  {
    title: 'Look into',
    cell: ({ channel }) => (
      <a href={hrefOf('/tap', { channel })} aria-label={`Live tap of ${channel}`}>
        Live tap
      </a>
    ),
  },
];

/** The channels with listeners on this hub. */
export function Channels() {
  const [params, change] = useParams();
  const order = oneOf(CHANNEL_ORDERS, params.order);
  const search = params.search ?? '';
  const page = pageIn(params);
  const polled = usePolled(() => get<Answered>('/channels', { search, order, page }), POLL_MS, [
    search,
    order,
    page,
  ]);
  return (
    <>
      <Search
        label="Part of the name"
        text={search}
        onSearch={(text) => change({ search: text, page: undefined })}
      />
      <Answer polled={polled}>
        {(answer) => (
          <>
            <Table
              caption="Channels with listeners on this hub"
              columns={COLUMNS}
              rows={answer.channels}
              keyOf={({ channel }) => channel}
              hubOrder={{ now: order, change: (wanted) => change({ order: wanted, page: undefined }) }}
              empty={
                search === ''
                  ? 'No client is subscribed to a channel on this hub.'
                  : 'No channel with listeners matches.'
              }
            />
            <Pager of={answer} things="channels" onPage={(wanted) => change({ page: wanted })} />
          </>
        )}
      </Answer>
    </>
  );
}
