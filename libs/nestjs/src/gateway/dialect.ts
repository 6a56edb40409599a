import type { Connection, Encoder } from '@ws-hub/hub';

/** A contract that clients can use: how messages are encoded for them, and how theirs are read. */
export interface Dialect {
  readonly encoder: Encoder;
  /** Its name, as authorizers see it. */
  readonly protocol: 'plain' | 'hub.v1';
  /** Whether the client learns its id from the handshake. In other dialects a message carries it. */
  readonly tellsIdAtHandshake: boolean;
  /** Called when a connection has joined; sets its receiver. */
  opened(connection: Connection): void;
}
