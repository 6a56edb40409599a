import type { Connection, Encoder } from '@ws-hub/hub';

/** A contract that clients can speak: how they are told something, and who understands what they say. */
export interface Dialect {
  readonly encoder: Encoder;
  /** Its name, as an authorizer is told. */
  readonly protocol: 'plain' | 'hub.v1';
  /** Whether the client learns its id from the handshake; in other dialects from a message. */
  readonly tellsIdAtHandshake: boolean;
  /** To be called when a connection has joined: sets its receiver. */
  opened(connection: Connection): void;
}
