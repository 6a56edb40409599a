import { Injectable } from '@nestjs/common';
import { Sessions } from '../gateway/sessions.js';
import { SseEncoder } from './sse.encoder.js';

/** Separates a position, which contains no dot, from its proof. */
const DOT = '.';

/** Where a listener resumes. */
export interface Resume {
  readonly since: string;
  /** The same position if the listener has proved that it was there: what follows is not history to it. */
  readonly knownSince: string | undefined;
}

/**
 * Event ids for listeners without the right to history: positions with a proof that a hub issued them. An EventSource
 * sends back only its last id, so the id has to carry what a session carries in hub.v1.
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

  /** @param id an event id of either kind, or any other text */
  read(id: string): Resume {
    const dot = id.indexOf(DOT);
    if (dot === -1) return { since: id, knownSince: undefined };
    const since = id.slice(0, dot);
    const isProven = this.sessions.isPositionProven(since, id.slice(dot + 1));
    return { since, knownSince: isProven ? since : undefined };
  }
}
