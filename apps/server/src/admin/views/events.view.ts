import { EVENT_LEVELS, type EventLevel, type EventRow, type Events } from '@ws-hub/console-api';
import { z } from 'zod';
import type { EventRing, LoggedEvent } from '../../standalone/event-ring.js';
import { type ConsoleView, consoleRoute } from '../console-route.js';
import { boundedFields } from './bounded-fields.js';

const query = z.object({
  after: z.coerce.number().min(0).default(0),
  level: z.enum(EVENT_LEVELS).default('info'),
});

/** Recent lines of the hub's logger. */
export class EventsView implements ConsoleView {
  constructor(private readonly ring: EventRing) {}

  readonly routes = [
    consoleRoute({
      method: 'GET',
      path: '/events',
      query,
      answer: ({ query: { after, level } }) => this.list(after, level),
    }),
  ];

  private list(after: number, least: EventLevel): Events {
    const rank = EVENT_LEVELS.indexOf(least);
    const wanted = this.ring
      .all()
      .filter(({ seq, level }) => seq > after && EVENT_LEVELS.indexOf(level) >= rank);
    return { events: wanted.map(rowOf), lastSeq: this.ring.lastSeq };
  }
}

function rowOf({ seq, at, level, fields: { event, ...rest }, message }: LoggedEvent): EventRow {
  return { seq, at, level, event: String(event ?? ''), message, fields: boundedFields(rest) };
}
