import type { EncodedEntry } from './encoded-entry.js';

/** How a dialect says what the hub tells: as bytes that go to the transport as they are, the same for all who speak it. */
export interface Encoder {
  /** For the operator. */
  readonly name: string;
  /** An entry, for those who hear it. */
  message(entry: EncodedEntry): Buffer;
  /** For its sender, in place of the message; undefined where the dialect has no such word, or nobody waits for one. */
  ack(entry: EncodedEntry): Buffer | undefined;
  /** Up to where everything was said; undefined in a dialect whose clients cannot come back to a position. */
  position?(position: string): Buffer;
}
