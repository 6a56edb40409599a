import type { Position } from '@ws-hub/protocol';
import type { Channels } from './channels.js';
import type { Credentials } from './credentials.js';
import type { Delivery } from './delivery.js';
import type { Dialect } from './dialect-choice.js';
import type { HubError, TokenError } from './errors.js';
import type { Forbidden } from './forbidden.js';
import type { Outbox } from './outbox.js';

/** The properties of a new connection. */
export interface Connected {
  /** The client's own id. Undefined in plain where the transport cannot read it (browsers). */
  readonly clientId: string | undefined;
  readonly dialect: Dialect;
  /** False if messages were missed, or in plain may have been. A `gap` event follows. */
  readonly recovered: boolean;
  /** The previous identity is lost: messages of this client have another client id now (hub.v1 only). */
  readonly newIdentity: boolean;
}

/** What a client keeps from one connection to the next. */
export interface Memory {
  /** The channel of the URL, for messages without a channel. */
  readonly homeChannel: string;
  readonly delivery: Delivery;
  readonly channels: Channels;
  readonly outbox: Outbox;
  readonly credentials: Credentials;
  session: string | undefined;
  clientId: string | undefined;
  /** The user in the token. */
  user: string | undefined;
  wasConnected: boolean;
}

/** What a conversation needs of its client. */
export interface Host {
  /** @returns false if there is no connection; nothing was sent then */
  send(text: string): boolean;
  /** The connection is usable now. @param since the position before it */
  established(connected: Connected, since: Position | undefined): void;
  refused(error: HubError): void;
  forbidden(forbidden: Forbidden): void;
  /** The token was not renewed; the connection continues. */
  notRenewed(error: TokenError | HubError): void;
  /** An answer of the hub has become due. */
  judgePause(): void;
  malformed(text: string, error: Error): void;
  /** Messages were missed, on a connection that continues. */
  missed(): void;
  /** Ends the connection, and starts another one at once. */
  renew(cause: Error): void;
  /** Ends the connection, and reconnects after a wait. */
  cut(cause: Error): void;
}

/** One connection in one dialect. */
export interface Conversation {
  /** It passes no messages to the application. */
  readonly isDeaf: boolean;
  /** The hub owes an answer that nothing else waits for. */
  readonly isAnswerDue: boolean;
  begin(): void;
  received(text: string): void;
  /** Sends something that is a sign of life and that the hub answers, if the dialect has that. */
  ping(): void;
  /** No more messages may arrive. Answers may, and must. */
  deafen(): void;
  /** Resumes messages after `deafen`. */
  listen(): void;
  /** The connection has ended. */
  end(): void;
}
