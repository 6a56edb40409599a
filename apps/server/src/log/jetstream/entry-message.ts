import { headers, type MsgHdrs } from '@nats-io/transport-node';
import type { Draft, Entry } from '../message-log.js';

/** Who said it and under which key; JetStream stores one message of a name within its duplicate window. */
const MESSAGE_ID = 'Nats-Msg-Id';
/** Unix time in seconds, with a `p` behind it for a plain message, whose key the hub has made. */
const SAID = 'Hub-Said';
const SAID_FORMAT = /^(\d{1,15})(p?)$/;

/** What a message of the stream has besides its subject and its place. */
export interface StreamMessage {
  readonly subject: string;
  readonly headers: MsgHdrs | undefined;
  readonly data: Uint8Array;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function messageId(clientId: string, key: string): string {
  return `${clientId}:${key}`;
}

/** The headers of a draft; `key` is the sender's, or the hub's for a plain message. */
export function headersOf({ clientId, key: ownKey, timestamp }: Draft, key: string): MsgHdrs {
  const made = headers();
  made.set(MESSAGE_ID, messageId(clientId, key));
  made.set(SAID, ownKey === undefined ? `${timestamp}p` : String(timestamp));
  return made;
}

export function dataOf(content: string): Uint8Array {
  return encoder.encode(content);
}

/** The id under which a message was published; empty if it has none. */
export function idOf({ headers: found }: StreamMessage): string {
  return found?.get(MESSAGE_ID) ?? '';
}

/** The entry at this place; undefined for a message that no hub has written. */
export function entryOf(message: StreamMessage, sequence: number, prefix: string): Entry | undefined {
  const id = idOf(message);
  const colon = id.indexOf(':');
  const [, timestamp, plain] = SAID_FORMAT.exec(message.headers?.get(SAID) ?? '') ?? [];
  if (colon < 1 || timestamp === undefined || !message.subject.startsWith(`${prefix}.`)) return undefined;
  return {
    sequence,
    channel: message.subject.slice(prefix.length + 1),
    clientId: id.slice(0, colon),
    key: plain === 'p' ? undefined : id.slice(colon + 1),
    timestamp: Number(timestamp),
    content: decoder.decode(message.data),
  };
}

/** The place of a message that is none of ours: nobody hears it, and everybody's position goes past it. */
export function nobodysEntry(sequence: number): Entry {
  return { sequence, channel: '', clientId: '', key: undefined, timestamp: 0, content: '' };
}
