import { Injectable } from '@nestjs/common';
import { Sessions } from '../gateway/sessions.js';
import { SseEncoder } from './sse.encoder.js';

/** Between a position, which has none, and its proof. */
const DOT = '.';

/** Where a listener wants to go on. */
export interface Resume {
  readonly since: string;
  /** The same, if it has proven that it was there: what follows is no history to it. */
  readonly knownSince: string | undefined;
}

/**
 * Event ids for listeners without the right to history: positions with a proof that a hub has told somebody of them. An
 * EventSource sends back nothing but its last id, so that has to say what a session says in hub.v1.
 */
@Injectable()
export class ProvenPositions {
  readonly encoder: SseEncoder;

  constructor(private readonly sessions: Sessions) {
    this.encoder = new SseEncoder(
      'sse-proven',
      (position) => `${position}${DOT}${sessions.provePosition(position)}`,
    );
  }

  /** @param id an event id of either kind, or anything else */
  read(id: string): Resume {
    const dot = id.indexOf(DOT);
    if (dot === -1) return { since: id, knownSince: undefined };
    const since = id.slice(0, dot);
    const isProven = this.sessions.isPositionProven(since, id.slice(dot + 1));
    return { since, knownSince: isProven ? since : undefined };
  }
}
