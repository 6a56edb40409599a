import type { Position } from '@ws-hub/protocol';
import type { Connected } from './conversation.js';
import type { HubError, TokenError } from './errors.js';
import type { Forbidden } from './forbidden.js';
import type { ReceivedMessage } from './inbox.js';
import type { Ending } from './transport.js';

/** What a client tells, by event, with what its listeners are given. */
export interface ClientEvents {
  connecting: [attempt: number];
  /** The hub has welcomed the client; messages may come and go. */
  connected: [connected: Connected];
  /** The hub speaks plain only, which has but the channel of the URL: of the channels wanted, these are missing. */
  fallback: [missing: readonly string[]];
  /** The former identity is lost; this is the new one. */
  identity: [clientId: string];
  /** Messages were missed, or in plain may have been, since this place in the log (hub.v1 only). */
  gap: [since: Position | undefined];
  /** Somebody else's message. The client's `position` moves on to it when all listeners have returned. */
  message: [message: ReceivedMessage];
  /** The hub refused something, and nobody was told of it by a rejected promise. */
  error: [error: HubError];
  /** The token does not allow something that was asked for, or was had before. */
  forbidden: [forbidden: Forbidden];
  /** There is no new token, or the hub refused it. The connection goes on, and it is tried again until it expires. */
  tokenFailed: [error: TokenError | HubError];
  /** Of the messages with these keys nobody can tell any more whether they were stored. */
  outcomeUnknown: [keys: readonly string[]];
  /** Something came that is no message of the contract; it was dropped. */
  malformed: [text: string, error: Error];
  /** The connection is over, or the attempt at one has failed. */
  disconnected: [ending: Ending];
  /** The connection is tried again after this wait. */
  reconnecting: [attempt: number, delayMs: number];
  /** The hub said not to come back; `start` begins anew. */
  stopped: [ending: Ending];
}

/** Tells those who listen. */
export type Tell = <Name extends keyof ClientEvents>(name: Name, ...args: ClientEvents[Name]) => void;
