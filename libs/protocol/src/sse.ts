import type { Position } from './v1.js';

/** The media type of an event stream (WHATWG HTML, section 9.2). */
export const EVENT_STREAM = 'text/event-stream';

/** The header in which a reconnecting listener sends the last id that it received. */
export const LAST_EVENT_ID_HEADER = 'Last-Event-ID';

/** The query parameter with the same meaning, for a first request. */
export const SINCE_PARAMETER = 'since';

/** The first event. */
export interface StreamWelcome {
  readonly type: 'welcome';
  readonly client_id: string;
  readonly position: Position;
  /** False if messages were missed. */
  readonly recovered: boolean;
  readonly user?: string | undefined;
  /** Milliseconds until the token expires. */
  readonly expires_in?: number | undefined;
}

/** Messages were missed up to a position, or everything up to there was sent. */
export interface StreamPosition {
  readonly type: 'gap' | 'position';
  readonly position: Position;
}

/** The last event, with a close code. */
export interface StreamEnd {
  readonly type: 'expired' | 'closed';
  readonly code: number;
  readonly reason: string;
}

/** The data of a named event; the name is the type. Messages have no name. */
export type StreamEvent = StreamWelcome | StreamPosition | StreamEnd;
