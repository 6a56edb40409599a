import { headers, type MsgHdrs } from '@nats-io/transport-node';
import { type Draft, type Entry, positionAt } from '@ws-hub/hub';
import { isChannelName } from '@ws-hub/protocol';
import { EntryMac } from './entry-mac.js';
import type { HubSecrets } from './hub-secrets.js';

/** Who said it and under which key; JetStream stores one message of a name within its duplicate window. */
const MESSAGE_ID = 'Nats-Msg-Id';
/** Unix time in seconds, with a `p` behind it for a plain message, whose key the hub has made. */
const SAID = 'Hub-Said';
const SAID_FORMAT = /^(\d{1,15})(p?)$/;
/** The sender's user, percent-encoded (RFC 3986), because a header is ASCII; an anonymous sender has none. */
const USER = 'Hub-User';
/** The span in which it was published, and its proof, with a space between; an entry that is not recorded has none. */
const TRACE = 'Hub-Trace';
/** Proves that a hub has written it. */
export const MAC = 'Hub-Mac';

/** What a message of the stream has besides its place. */
export interface StreamMessage {
  readonly subject: string;
  readonly headers?: MsgHdrs | undefined;
  readonly data: Uint8Array;
}

export interface EntrySettings extends HubSecrets {
  readonly natsSubjectPrefix: string;
  /** Bytes of content. */
  readonly maxPayload: number;
}

const encoder = new TextEncoder();
/** Content is what was said, a byte order mark at its beginning included. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export function messageId(clientId: string, key: string): string {
  return `${clientId}:${key}`;
}

/** The id under which a message was published; empty if it has none. */
export function idOf({ headers: found }: Pick<StreamMessage, 'headers'>): string {
  return found?.get(MESSAGE_ID) ?? '';
}

/** Turns drafts into messages of the stream, and those into entries. */
export class EntryMessages {
  private readonly mac: EntryMac;
  private readonly prefix: string;
  private readonly maxPayload: number;

  constructor(settings: EntrySettings) {
    this.mac = new EntryMac(settings);
    this.prefix = `${settings.natsSubjectPrefix}.`;
    this.maxPayload = settings.maxPayload;
  }

  /** @param key the sender's, or the hub's for a plain message */
  messageOf(draft: Draft, key: string) {
    const { channel, clientId, user: name = '', key: ownKey, timestamp, content, trace } = draft;
    const subject = this.prefix + channel;
    const id = messageId(clientId, key);
    const said = ownKey === undefined ? `${timestamp}p` : String(timestamp);
    const user = encodeURIComponent(name);
    const data = encoder.encode(content);
    const made = headers();
    made.set(MESSAGE_ID, id);
    made.set(SAID, said);
    if (user !== '') made.set(USER, user);
    const mac = this.mac.of({ subject, id, said, user, data });
    made.set(MAC, mac);
    if (trace !== undefined) made.set(TRACE, `${trace} ${this.mac.ofTrace(trace, mac)}`);
    return { subject, headers: made, data };
  }

  /** The entry at this place; undefined for a message that no hub with this secret has written, or could tell its clients. */
  entryOf({ subject, headers: found, data }: StreamMessage, sequence: number): Entry | undefined {
    const id = found?.get(MESSAGE_ID) ?? '';
    const said = found?.get(SAID) ?? '';
    const user = found?.get(USER) ?? '';
    const mac = found?.get(MAC) ?? '';
    const channel = subject.slice(this.prefix.length);
    if (data.length > this.maxPayload || !subject.startsWith(this.prefix) || !isChannelName(channel))
      return undefined;
    if (!this.mac.proves(mac, { subject, id, said, user, data })) return undefined;
    const colon = id.indexOf(':');
    const [, timestamp, plain] = SAID_FORMAT.exec(said) ?? [];
    if (colon < 1 || timestamp === undefined) return undefined;
    return {
      position: positionAt(sequence),
      channel,
      clientId: id.slice(0, colon),
      user: user === '' ? undefined : decodeURIComponent(user),
      key: plain === 'p' ? undefined : id.slice(colon + 1),
      timestamp: Number(timestamp),
      content: decoder.decode(data),
      trace: this.traceOf(found, mac),
    };
  }

  /** One that no hub has written is left out: the entry counts all the same. */
  private traceOf(found: MsgHdrs | undefined, mac: string): string | undefined {
    const header = found?.get(TRACE) ?? '';
    if (header === '') return undefined;
    const [trace = '', proof = ''] = header.split(' ', 2);
    return this.mac.provesTrace(proof, trace, mac) ? trace : undefined;
  }
}

/** The place of a message that is none of ours: nobody hears it, and everybody's position goes past it. */
export function nobodysEntry(sequence: number): Entry {
  return {
    position: positionAt(sequence),
    channel: '',
    clientId: '',
    key: undefined,
    timestamp: 0,
    content: '',
  };
}
