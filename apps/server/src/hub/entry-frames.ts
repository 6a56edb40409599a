import { envelope, envelopePrefix, type HubMessage } from '@ws-hub/protocol';
import type { Entry } from '../log/message-log.js';
import { formatPosition } from '../log/position.js';
import { textFrame } from './frame.js';

/** The frames of one entry, each made when somebody first needs it, and once for all. */
export class EntryFrames {
  private plainFrame: Buffer | undefined;
  private messageFrame: Buffer | undefined;
  private ackFrame: Buffer | undefined;

  /** @param prefix what `envelopePrefix` made for the sender, if it is here */
  constructor(
    private readonly entry: Entry,
    private readonly epoch: string,
    private readonly prefix = envelopePrefix(entry.clientId),
  ) {}

  /** For plain clients. */
  get plain(): Buffer {
    const { timestamp, content } = this.entry;
    this.plainFrame ??= textFrame(envelope(this.prefix, timestamp, content));
    return this.plainFrame;
  }

  /** For hub.v1 clients. */
  get message(): Buffer {
    const { channel, clientId: client_id, timestamp, content } = this.entry;
    this.messageFrame ??= v1Frame({ type: 'message', id: this.id, channel, client_id, timestamp, content });
    return this.messageFrame;
  }

  /** For its sender, in place of the message; undefined where nobody waits for one. */
  get ack(): Buffer | undefined {
    const { key } = this.entry;
    if (key !== undefined) this.ackFrame ??= v1Frame({ type: 'ack', key, id: this.id });
    return this.ackFrame;
  }

  private get id(): string {
    return formatPosition(this.epoch, this.entry.sequence);
  }
}

/** The frame of a message of hub.v1. */
export function v1Frame(message: HubMessage): Buffer {
  return textFrame(JSON.stringify(message));
}
