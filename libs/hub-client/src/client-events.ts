import type { Position } from '@ws-hub/protocol';
import type { Connected } from './conversation.js';
import type { HubError, TokenError } from './errors.js';
import type { Forbidden } from './forbidden.js';
import type { ReceivedMessage } from './inbox.js';
import type { Ending } from './transport.js';

/** The events of a client, with the arguments of their listeners. */
export interface ClientEvents {
  connecting: [attempt: number];
  /** The hub has sent its welcome: messages can be sent and received. */
  connected: [connected: Connected];
  /**
   * The hub only supports plain, which has only the channel of the URL. The argument lists the other channels that were
   * requested.
   */
  fallback: [missing: readonly string[]];
  /** The previous identity is lost; the argument is the new client id. */
  identity: [clientId: string];
  /** Messages were missed after this position (hub.v1 only). In plain they may have been missed. */
  gap: [since: Position | undefined];
  /** A message of another client. The client's `position` advances to it when all listeners have returned. */
  message: [message: ReceivedMessage];
  /** The hub rejected something, and no promise was rejected for it. */
  error: [error: HubError];
  /** The token does not allow something that was requested, or that it allowed before. */
  forbidden: [forbidden: Forbidden];
  /** There is no new token, or the hub rejected it. The connection continues, and renewal is retried until it expires. */
  tokenFailed: [error: TokenError | HubError];
  /** It is no longer known whether the messages with these keys were stored. */
  outcomeUnknown: [keys: readonly string[]];
  /** The hub sent something that is not a message of the contract. It was dropped. */
  malformed: [text: string, error: Error];
  /** The connection has ended, or a connection attempt has failed. */
  disconnected: [ending: Ending];
  /** The next connection attempt starts after this delay, in milliseconds. */
  reconnecting: [attempt: number, delayMs: number];
  /** The hub asked the client not to reconnect. `start` connects again. */
  stopped: [ending: Ending];
}

/** Emits an event. */
export type Tell = <Name extends keyof ClientEvents>(name: Name, ...args: ClientEvents[Name]) => void;
