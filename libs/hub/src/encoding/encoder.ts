import type { EncodedEntry } from './encoded-entry.js';

/** Encodes what the hub sends in a dialect, as bytes for the transport that are the same for all clients. */
export interface Encoder {
  /** For the operator. */
  readonly name: string;
  /** An entry, for its subscribers. */
  message(entry: EncodedEntry): Buffer;
  /** For its sender, instead of the message. Undefined if the dialect has no acks, or the entry has no key. */
  ack(entry: EncodedEntry): Buffer | undefined;
  /** The position up to which everything was sent. Undefined in a dialect whose clients cannot resume. */
  position?(position: string): Buffer;
}
