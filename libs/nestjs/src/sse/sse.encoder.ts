import type { EncodedEntry, Encoder } from '@ws-hub/hub';
import type { StreamEvent } from '@ws-hub/protocol';

/** What keeps proxies and the hub's own policies awake; a listener ignores it (WHATWG HTML, section 9.2.6). */
export const COMMENT = Buffer.from(':\n\n');

/**
 * Server-sent events (PROTOCOL.md, section 6): what the hub tells, as bytes that are the same for all listeners.
 *
 * JSON has no line breaks of its own, so an event has one line of data.
 */
export class SseEncoder implements Encoder {
  /** @param idOf the id of an event, by which a listener resumes, from its position */
  constructor(
    readonly name: string,
    readonly idOf: (position: string) => string,
  ) {}

  message({ id, entry }: EncodedEntry): Buffer {
    const { channel, clientId: client_id, user, timestamp, content } = entry;
    const data = JSON.stringify({ type: 'message', id, channel, client_id, user, timestamp, content });
    return Buffer.from(`id: ${this.idOf(id)}\ndata: ${data}\n\n`);
  }

  /** A listener says nothing, so it waits for no ack. */
  ack(): undefined {
    return undefined;
  }

  position(position: string): Buffer {
    const id = this.idOf(position);
    return streamEvent({ type: 'position', position: id }, id);
  }
}

/** For listeners that have the right to what was said before they came. */
export const sseEncoder = new SseEncoder('sse', (position) => position);

/** An event with a name. @param id without one the listener keeps the id that it has */
export function streamEvent(event: StreamEvent, id?: string): Buffer {
  const lines = [`event: ${event.type}`, `data: ${JSON.stringify(event)}`];
  if (id !== undefined) lines.unshift(`id: ${id}`);
  return Buffer.from(`${lines.join('\n')}\n\n`);
}

/** How long a listener waits before it comes back, in milliseconds. */
export function retryAdvice(ms: number): Buffer {
  return Buffer.from(`retry: ${Math.round(ms)}\n\n`);
}
