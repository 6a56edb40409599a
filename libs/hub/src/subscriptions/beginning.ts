import type { Position } from '../log/index.js';

/** How a connection began to listen. */
export interface Beginning {
  /** The last entry that it is not sent: the head, or where its client has been. */
  readonly position: Position;
  /** Whether it reads from the log what it missed. */
  readonly isReplay: boolean;
  /** The position that its client brought, as it travels; undefined if it brought none. */
  readonly text?: string | undefined;
  /** Why it does not go on there. `gone`: not all is kept; `forbidden`: it has no right to the history. */
  readonly gap?: 'gone' | 'forbidden' | undefined;
  /** Channels that it hears. */
  readonly channels: ReadonlySet<string>;
  /** Channels that it asked for and may not hear. */
  readonly refused: readonly string[];
}
