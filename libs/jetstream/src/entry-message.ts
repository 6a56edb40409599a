import { headers, type MsgHdrs } from '@nats-io/transport-node';
import { type Draft, type Entry, positionAt } from '@ws-hub/hub';
import { isChannelName } from '@ws-hub/protocol';
import { EntryMac } from './entry-mac.js';
import type { HubSecrets } from './hub-secrets.js';

/** The sender and its key. JetStream stores one message per id within its duplicate window. */
const MESSAGE_ID = 'Nats-Msg-Id';
/** Unix time in seconds, followed by `p` for a plain message, whose key the hub has generated. */
const SAID = 'Hub-Said';
const SAID_FORMAT = /^(\d{1,15})(p?)$/;
/** The sender's user, percent-encoded (RFC 3986), because headers are ASCII. Missing for an anonymous sender. */
const USER = 'Hub-User';
/** The span in which it was published and its proof, separated by a space. Missing for an entry that is not traced. */
const TRACE = 'Hub-Trace';
/** Proves that a hub wrote it. */
export const MAC = 'Hub-Mac';

/** The parts of a message of the stream besides its position. */
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
/** The content is not altered: a byte order mark at its beginning is kept. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export function messageId(clientId: string, key: string): string {
  return `${clientId}:${key}`;
}

/** The id with which a message was published; empty if it has none. */
export function idOf({ headers: found }: Pick<StreamMessage, 'headers'>): string {
  return found?.get(MESSAGE_ID) ?? '';
}

/** Converts drafts to messages of the stream, and these to entries. */
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

  /**
   * The entry at this position. Undefined for a message that no hub with this secret wrote, or that cannot be sent to
   * clients.
   */
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

  /** A trace that no hub wrote is left out; the entry counts nevertheless. */
  private traceOf(found: MsgHdrs | undefined, mac: string): string | undefined {
    const header = found?.get(TRACE) ?? '';
    if (header === '') return undefined;
    const [trace = '', proof = ''] = header.split(' ', 2);
    return this.mac.provesTrace(proof, trace, mac) ? trace : undefined;
  }
}

/** The entry for a foreign message: nobody receives it, and all positions move past it. */
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
