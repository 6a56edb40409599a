import { type Events as Answered, EVENT_LEVELS, type EventLevel, type EventRow } from '@ws-hub/console-api';
import { useRef, useState } from 'preact/hooks';
import { get } from '../api.js';
import { Answer } from '../parts/answer.js';
import { Field } from '../parts/field.js';
import { dateTime, time, visible } from '../parts/formats.js';
import { oneOf } from '../place.js';
import { POLL_MS, usePolled } from '../poll.js';
import { useParams } from '../route.js';
import { inOneLine, NOTHING, type Shown, shownAfter } from './event-list.js';

const LEVEL_NAMES: Readonly<Record<EventLevel, string>> = {
  info: 'All',
  warn: 'Warnings and errors',
  error: 'Errors',
};

/** Lines of the hub's logger, newest first. */
export function Events() {
  const [params, change] = useParams();
  const level = oneOf(EVENT_LEVELS, params.level);
  return <EventsOf key={level} level={level} onLevel={(wanted) => change({ level: wanted })} />;
}

interface OfProps {
  readonly level: EventLevel;
  readonly onLevel: (level: EventLevel) => void;
}

function EventsOf({ level, onLevel }: OfProps) {
  const [isPaused, setPaused] = useState(false);
  const shown = useRef<Shown>(NOTHING);
  const polled = usePolled(
    async () => {
      if (isPaused) return shown.current;
      const answer = await get<Answered>('/events', { after: shown.current.lastSeq, level });
      shown.current = shownAfter(shown.current, answer);
      return shown.current;
    },
    POLL_MS,
    [isPaused],
  );
  return (
    <>
      <div class="row">
        <LevelField level={level} onLevel={onLevel} />
        <button type="button" onClick={() => setPaused(!isPaused)}>
          {isPaused ? 'Resume' : 'Pause'}
        </button>
        <p class="muted small">
          {isPaused ? 'Paused. The hub keeps the last 500 events.' : 'New events appear at the top.'}
        </p>
      </div>
      <Answer polled={polled}>{({ events }) => <List events={events} />}</Answer>
    </>
  );
}

function LevelField({ level, onLevel }: OfProps) {
  return (
    <Field label="Show">
      {(field) => (
        <select
          {...field}
          value={level}
          onChange={(event) => onLevel(oneOf(EVENT_LEVELS, event.currentTarget.value))}
        >
          {EVENT_LEVELS.map((name) => (
            <option key={name} value={name}>
              {LEVEL_NAMES[name]}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function List({ events }: { readonly events: readonly EventRow[] }) {
  if (events.length === 0) return <p class="muted">No events at this level yet.</p>;
  return (
    <ol class="events">
      {events.map((event) => (
        <Item key={event.seq} event={event} />
      ))}
    </ol>
  );
}

const KINDS: Readonly<Record<EventLevel, string>> = { info: 'muted', warn: 'warn', error: 'bad' };

function Item({ event: { at, level, event, message, fields } }: { readonly event: EventRow }) {
  return (
    <li>
      <time title={dateTime(at)} dateTime={new Date(at).toISOString()}>
        {time(at)}
      </time>
      <span class={`level ${KINDS[level]}`}>{level}</span>
      <div>
        <p>
          <b class="mono">{event}</b> <bdi>{visible(message)}</bdi>
        </p>
        <Fields of={fields} />
      </div>
    </li>
  );
}

function Fields({ of }: { readonly of: EventRow['fields'] }) {
  const fields = Object.entries(of);
  if (fields.length === 0) return null;
  return (
    <dl class="fields">
      {fields.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <bdi>{visible(inOneLine(value))}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}
