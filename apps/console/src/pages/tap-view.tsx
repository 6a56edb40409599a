import './look.css';
import type { Tapped, TappedMessage, TapStarted } from '@ws-hub/console-api';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, del, get } from '../api.js';
import { counted, number, time } from '../parts/formats.js';
import { Name } from '../parts/name.js';
import { Notice } from '../parts/notice.js';
import { Table } from '../parts/table.js';
import { usePolled } from '../poll.js';

const ASK_MS = 1_000;

/** Messages that are shown; older ones are forgotten. */
const MAX_SHOWN = 200;

const COLUMNS = [
  { title: 'Time', cell: ({ at }: TappedMessage) => <time>{time(at)}</time> },
  { title: 'Sender', cell: ({ clientId, user }: TappedMessage) => <Name>{user ?? clientId}</Name> },
  { title: 'Content', cell: contentOf },
];

interface TapViewProps {
  readonly channel: string;
  readonly tap: TapStarted;
}

/** A running or ended tap, with the messages it has shown. */
export function TapView({ channel, tap: { id, endsInMs: wholeMs, maxPerSecond } }: TapViewProps) {
  const [messages, setMessages] = useState<readonly TappedMessage[]>([]);
  const [leftOut, setLeftOut] = useState(0);
  const [endsInMs, setEndsInMs] = useState(wholeMs);
  const [why, setWhy] = useState<string>();
  const hasEnded = useRef(false);
  const end = (words: string) => {
    hasEnded.current = true;
    setWhy(words);
  };
  const ask = async () => {
    if (hasEnded.current) return;
    try {
      const news = await get<Tapped>(`/tap/${encodeURIComponent(id)}`);
      setMessages((known) => [...[...news.messages].reverse(), ...known].slice(0, MAX_SHOWN));
      setLeftOut((count) => count + news.leftOut);
      setEndsInMs(news.endsInMs);
      if (news.endsInMs <= 0) end('It has ended by itself.');
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
      end('It has ended: its time was up, or nobody polled it for ten seconds.');
    }
  };
  const { error } = usePolled(ask, ASK_MS, [id]);
  const stop = () => {
    end('It was stopped.');
    return del(`/tap/${encodeURIComponent(id)}`).catch((reason: Error) => setWhy(reason.message));
  };
  useEffect(() => () => void (hasEnded.current || stop()), []);
  return (
    <div class="stack">
      <div class="row" role="status">
        {why === undefined ? (
          <>
            <button type="button" onClick={() => void stop()}>
              Stop
            </button>
            <span>
              Ends in {minutes(endsInMs)}. At most {number(maxPerSecond)} messages per second are shown.
            </span>
          </>
        ) : (
          <span>{why}</span>
        )}
      </div>
      {error !== undefined && <Notice kind="bad">{error.message}</Notice>}
      {leftOut > 0 && (
        <Notice kind="warn">{counted(leftOut, 'message')} left out, because they were too many.</Notice>
      )}
      <Table
        caption={`Messages on ${channel}, the newest first`}
        columns={COLUMNS}
        rows={messages}
        keyOf={(message) => message.id}
        empty={why === undefined ? 'No messages since the tap started.' : 'There were no messages.'}
      />
    </div>
  );
}

function contentOf({ content, contentLength }: TappedMessage) {
  const isCut = contentLength > content.length;
  return (
    <span class="said">
      <bdi>{content}</bdi>
      {isCut && <span class="muted"> … ({number(contentLength)} characters)</span>}
    </span>
  );
}

/** `4:07`. */
function minutes(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
