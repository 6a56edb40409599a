import { envelopePrefix } from '@ws-hub/protocol';
import type { Entry } from '../log/message-log.js';
import { formatPosition } from '../log/position.js';
import type { Encoder } from './encoder.js';

/** One entry as bytes in each dialect, encoded on first use and once for all. */
export class EncodedEntry {
  private encoder: Encoder | undefined;
  private messageBytes: Buffer | undefined;
  private ackBytes: Buffer | undefined;
  /** The same entry in another dialect. There is usually only one, so a list would cost more than it saves. */
  private next: EncodedEntry | undefined;

  /** @param prefix what `envelopePrefix` returned for the sender, if it is known */
  constructor(
    readonly entry: Entry,
    private readonly epoch: string,
    readonly prefix = envelopePrefix(entry.clientId),
  ) {}

  /** The entry's id for clients: its position in the log. */
  get id(): string {
    return formatPosition(this.epoch, this.entry.position);
  }

  /** For subscribers. */
  message(encoder: Encoder): Buffer {
    const own = this.in(encoder);
    own.messageBytes ??= encoder.message(own);
    return own.messageBytes;
  }

  /** For its sender, instead of the message. */
  ack(encoder: Encoder): Buffer | undefined {
    if (this.entry.key === undefined) return undefined;
    const own = this.in(encoder);
    own.ackBytes ??= encoder.ack(own);
    return own.ackBytes;
  }

  private in(encoder: Encoder): EncodedEntry {
    this.encoder ??= encoder;
    if (this.encoder === encoder) return this;
    this.next ??= new EncodedEntry(this.entry, this.epoch, this.prefix);
    return this.next.in(encoder);
  }
}
