import type { EventRow, Events } from '@ws-hub/console-api';

/** As many as a hub keeps. */
const MAX_EVENTS = 500;

/** Events that are shown, newest first, and up to where they were asked for. */
export interface Shown {
  readonly events: readonly EventRow[];
  readonly lastSeq: number;
}

export const NOTHING: Shown = { events: [], lastSeq: 0 };

/** The events to show after an answer. If the hub's numbers have restarted, all events are requested again. */
export function shownAfter({ events, lastSeq }: Shown, answer: Events): Shown {
  if (answer.lastSeq < lastSeq) return NOTHING;
  const newer = answer.events.filter(({ seq }) => seq > lastSeq).reverse();
  return { events: [...newer, ...events].slice(0, MAX_EVENTS), lastSeq: answer.lastSeq };
}

/** A value of a field in one line: text as it is, all else as JSON. */
export function inOneLine(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
}
