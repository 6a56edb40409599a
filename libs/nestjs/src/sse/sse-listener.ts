import type { Connection, Greeting, Hub, Position, Receiver } from '@ws-hub/hub';
import { CLOSE, readReconnectAdvice } from '@ws-hub/protocol';
import { COMMENT, retryAdvice, type SseEncoder, streamEvent } from './sse.encoder.js';

/** How long listeners wait before they come back, in milliseconds, spread so that those of a hub that died do not come at once. */
const [MIN_RETRY_MS, MAX_RETRY_MS] = [1_000, 3_000];

/** One listener: what it is told besides messages. It says nothing. */
export class SseListener implements Receiver {
  /** The last position that it was told of, besides those of messages. */
  private told: Position | undefined;

  constructor(
    private readonly hub: Hub,
    private readonly encoder: SseEncoder,
  ) {}

  receive(): void {
    // A stream has no way in.
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

  /** The cursor is told if it has moved: also where nothing was said on the channels. */
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

/** The last event of a stream, and how long its listener is to wait if the hub sends it away for a while. */
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
