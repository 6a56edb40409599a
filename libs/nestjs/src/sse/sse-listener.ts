import type { Connection, Greeting, Hub, Position, Receiver } from '@ws-hub/hub';
import { CLOSE, readReconnectAdvice } from '@ws-hub/protocol';
import { COMMENT, retryAdvice, type SseEncoder, streamEvent } from './sse.encoder.js';

/**
 * How long listeners wait before they reconnect, in milliseconds. Spread, so that the listeners of a dead hub do not
 * all come at once.
 */
const [MIN_RETRY_MS, MAX_RETRY_MS] = [1_000, 3_000];

/** One listener: the events that it gets besides messages. It cannot send anything. */
export class SseListener implements Receiver {
  /** The last position that it was sent in an event other than a message. */
  private told: Position | undefined;

  constructor(
    private readonly hub: Hub,
    private readonly encoder: SseEncoder,
  ) {}

  receive(): void {
    // A stream has no inbound direction.
  }

  welcome(connection: Connection, { position, positionText, recovered }: Greeting): void {
    this.told = position;
    const id = this.encoder.idOf(positionText);
    const { clientId: client_id, access } = connection;
    const events = [
      retryAdvice(between(MIN_RETRY_MS, MAX_RETRY_MS)),
      streamEvent(
        {
          type: 'welcome',
          client_id,
          position: id,
          recovered,
          user: access?.user,
          expires_in: this.hub.expiresInMs(connection),
        },
        id,
      ),
    ];
    if (!recovered) events.push(streamEvent({ type: 'gap', position: id }, id));
    this.hub.tell(connection, Buffer.concat(events));
  }

  /** Sends the cursor if it has moved, also when the listener's channels were quiet. */
  probe(connection: Connection): void {
    const cursor = this.hub.cursorOf(connection);
    if (cursor === undefined || cursor === this.told) {
      this.hub.tell(connection, COMMENT);
      return;
    }
    this.told = cursor;
    this.hub.tell(connection, Buffer.concat([COMMENT, this.encoder.position(this.hub.textOf(cursor))]));
  }
}

/** The last event of a stream, with the time to wait if the listener should reconnect. */
export function farewell(code: number, reason: string): Buffer {
  const type = code === CLOSE.credentialsExpired ? 'expired' : 'closed';
  const end = streamEvent({ type, code, reason });
  if (code !== CLOSE.serviceRestart && code !== CLOSE.tryAgainLater) return end;
  const spreadMs = readReconnectAdvice(reason);
  return Buffer.concat([retryAdvice(between(MIN_RETRY_MS, Math.max(MAX_RETRY_MS, spreadMs))), end]);
}

function between(min: number, max: number): number {
  return min + Math.random() * (max - min);
}
