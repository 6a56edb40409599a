import type { EncodedEntry, Encoder } from '@ws-hub/hub';
import type { StreamEvent } from '@ws-hub/protocol';

/** Keeps proxies and the hub's own timeouts from ending the stream. Listeners ignore it (WHATWG HTML, section 9.2.6). */
export const COMMENT = Buffer.from(':\n\n');

/**
 * Encodes server-sent events (PROTOCOL.md, section 6); the bytes are the same for all listeners.
 *
 * JSON contains no raw line breaks, so an event needs one data line.
 */
export class SseEncoder implements Encoder {
  /** @param idOf the event id for a position, by which a listener resumes */
  constructor(
    readonly name: string,
    readonly idOf: (position: string) => string,
  ) {}

  message({ id, entry }: EncodedEntry): Buffer {
    const { channel, clientId: client_id, user, timestamp, content } = entry;
    const data = JSON.stringify({ type: 'message', id, channel, client_id, user, timestamp, content });
    return Buffer.from(`id: ${this.idOf(id)}\ndata: ${data}\n\n`);
  }

  /** Listeners publish nothing, so they need no acks. */
  ack(): undefined {
    return undefined;
  }

  position(position: string): Buffer {
    const id = this.idOf(position);
    return streamEvent({ type: 'position', position: id }, id);
  }
}

/** For listeners that have the right to history. */
export const sseEncoder = new SseEncoder('sse', (position) => position);

/** A named event. @param id without one the listener keeps its last id */
export function streamEvent(event: StreamEvent, id?: string): Buffer {
  const lines = [`event: ${event.type}`, `data: ${JSON.stringify(event)}`];
  if (id !== undefined) lines.unshift(`id: ${id}`);
  return Buffer.from(`${lines.join('\n')}\n\n`);
}

/** How long a listener waits before it reconnects, in milliseconds. */
export function retryAdvice(ms: number): Buffer {
  return Buffer.from(`retry: ${Math.round(ms)}\n\n`);
}
