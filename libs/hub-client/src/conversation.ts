import type { Position } from '@ws-hub/protocol';
import type { Channels } from './channels.js';
import type { Credentials } from './credentials.js';
import type { Delivery } from './delivery.js';
import type { Dialect } from './dialect-choice.js';
import type { HubError, TokenError } from './errors.js';
import type { Forbidden } from './forbidden.js';
import type { Outbox } from './outbox.js';

/** What a connection turned out to be. */
export interface Connected {
  /** The client's own id; in plain undefined where the transport cannot read it (browsers). */
  readonly clientId: string | undefined;
  readonly dialect: Dialect;
  /** False if messages were missed, or in plain may have been; `gap` is told then. */
  readonly recovered: boolean;
  /** The former identity is lost: messages of this client come from another id now (hub.v1 only). */
  readonly newIdentity: boolean;
}

/** What a client takes from one connection to the next. */
export interface Memory {
  /** Of the URL: where a message without a channel goes. */
  readonly homeChannel: string;
  readonly delivery: Delivery;
  readonly channels: Channels;
  readonly outbox: Outbox;
  readonly credentials: Credentials;
  session: string | undefined;
  clientId: string | undefined;
  /** Whom the token names. */
  user: string | undefined;
  wasConnected: boolean;
}

/** What a conversation tells and asks of the client that it belongs to. */
export interface Host {
  /** @returns false if there is no connection; nothing was sent then */
  send(text: string): boolean;
  /** The connection is of use now. @param since where the client had come before */
  established(connected: Connected, since: Position | undefined): void;
  refused(error: HubError): void;
  forbidden(forbidden: Forbidden): void;
  /** The token was not renewed; the connection goes on. */
  notRenewed(error: TokenError | HubError): void;
  /** An answer of the hub has become due. */
  judgePause(): void;
  malformed(text: string, error: Error): void;
  /** Messages were missed, in a connection that goes on. */
  missed(): void;
  /** Ends the connection, to begin another one at once. */
  renew(cause: Error): void;
  /** Ends the connection, to come back. */
  cut(cause: Error): void;
}

/** One connection's worth of talk in one dialect. */
export interface Conversation {
  /** It gives the application no messages. */
  readonly isDeaf: boolean;
  /** The hub owes an answer that nobody else waits for. */
  readonly isAnswerDue: boolean;
  begin(): void;
  received(text: string): void;
  /** Says something that shows the hub a sign of life and that it answers, if the dialect has that. */
  ping(): void;
  /** No more messages may come; answers may, and must. */
  deafen(): void;
  /** A deaf one is to give messages again. */
  listen(): void;
  /** The connection is gone. */
  end(): void;
}
