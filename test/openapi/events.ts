import { DESCRIBED_ROUTES, type JsonSchema } from '@ws-hub/nestjs/openapi';
import { mistakesIn } from './validation.js';

const STREAM = DESCRIBED_ROUTES.map(({ answer }) => answer.body).find(
  (body) => body?.type === 'text/event-stream',
);
const SCHEMAS = STREAM?.schema['x-event-data'] as Readonly<Record<string, JsonSchema>>;

/** A stream in the document. */
export const EXAMPLE = STREAM?.example as string;

/** One event of a stream. */
export interface StreamEvent {
  /** Its name; `message` for a message, which has none, as an EventSource calls it. */
  readonly event: string;
  readonly id: string | undefined;
  readonly data: unknown;
}

/** The complete events in a text (WHATWG HTML, section 9.2.6), all of which have JSON as data. */
export function eventsIn(text: string): StreamEvent[] {
  const blocks = text.split('\n\n').slice(0, -1);
  return blocks.flatMap((block) => {
    const fields = new Map(block.split('\n').map(fieldOf));
    const data = fields.get('data');
    if (data === undefined) return [];
    return [{ event: fields.get('event') ?? 'message', id: fields.get('id'), data: JSON.parse(data) }];
  });
}

/** What is wrong with an event according to the document. */
export function mistakesInEvent({ event, data }: StreamEvent): readonly string[] {
  const schema = SCHEMAS[event];
  return schema === undefined ? [`no event is called ${event}`] : mistakesIn(data, schema);
}

function fieldOf(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')];
}
