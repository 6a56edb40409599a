import type { Message, Position } from '@ws-hub/protocol';
import { isHubMessage } from '../read-hub-message.js';
import { type HubHttpError, problemError } from './http-error.js';
import { badAnswer } from './requests.js';

/** A message in the hub's log. */
export type StoredMessage = Omit<Message, 'type'>;

/** The result of publishing a message: it is in the log. */
export interface Stored {
  readonly id: Position;
  /** Whether it had been stored before with the same key. */
  readonly duplicate: boolean;
}

export interface History {
  /** In the order of the log. */
  readonly messages: readonly StoredMessage[];
  /** Where the next page, or an event stream, continues. */
  readonly position: Position;
}

export interface ChannelPage {
  /** Sorted by name. `connections` counts the listeners on the hub that answered. */
  readonly channels: readonly { readonly channel: string; readonly connections: number }[];
  /** The cursor of the next page; left out on the last page. */
  readonly cursor?: string;
}

/** The hub that answered. In a cluster, that hub alone. */
export interface HubInfo {
  readonly version?: string;
  readonly connections: number;
  readonly channels: number;
  readonly uptime_seconds: number;
  readonly draining: boolean;
  readonly log: {
    readonly ready: boolean;
    readonly position?: Position;
    readonly entries: number;
    readonly bytes: number;
  };
}

type Fields = Readonly<Record<string, unknown>>;

/** @throws HubHttpError if the answer is invalid, like all functions below */
export function storedIn(value: unknown): Stored {
  const { id, duplicate } = fieldsOf(value);
  if (typeof id !== 'string' || typeof duplicate !== 'boolean') throw badAnswer();
  return { id, duplicate };
}

/** @param count the number of messages sent */
export function resultsIn(value: unknown, count: number): (Stored | HubHttpError)[] {
  const { results } = fieldsOf(value);
  if (!Array.isArray(results) || results.length !== count) throw badAnswer();
  return results.map((result) => ('id' in fieldsOf(result) ? storedIn(result) : problemError(result)));
}

export function historyIn(value: unknown): History {
  const { messages, position } = fieldsOf(value);
  if (!Array.isArray(messages) || typeof position !== 'string') throw badAnswer();
  return { messages: messages.map(messageIn), position };
}

export function channelsIn(value: unknown): ChannelPage {
  const { channels, cursor } = fieldsOf(value);
  if (!Array.isArray(channels)) throw badAnswer();
  return { channels, ...(typeof cursor === 'string' && { cursor }) };
}

export function infoIn(value: unknown): HubInfo {
  if (typeof fieldsOf(value).connections !== 'number') throw badAnswer();
  return value as HubInfo;
}

function messageIn(value: unknown): StoredMessage {
  if (!isHubMessage(value) || value.type !== 'message') throw badAnswer();
  const { type: _, ...message } = value;
  return message;
}

function fieldsOf(value: unknown): Fields {
  return Object(value) as Fields;
}
