import type { Position } from '../log/index.js';

/** How a connection began to listen. */
export interface Beginning {
  /** The last entry that it is not sent: the head, or its client's position. */
  readonly position: Position;
  /** Whether it replays missed messages from the log. */
  readonly isReplay: boolean;
  /** The position that its client sent, as text; undefined if there was none. */
  readonly text?: string | undefined;
  /** Why it cannot resume there. `gone`: not everything is kept; `forbidden`: it has no right to history. */
  readonly gap?: 'gone' | 'forbidden' | undefined;
  /** Its channels. */
  readonly channels: ReadonlySet<string>;
  /** Channels that it requested but may not subscribe to. */
  readonly refused: readonly string[];
}
