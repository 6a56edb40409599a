import { envelope } from '@ws-hub/protocol';
import type { EncodedEntry } from './encoded-entry.js';
import type { Encoder } from './encoder.js';
import { textFrame } from './frame.js';

/** The plain contract (PROTOCOL.md, section 1), in WebSocket frames: an envelope for each message, and nothing else. */
export const plainEncoder: Encoder = {
  name: 'plain',
  message: ({ entry, prefix }: EncodedEntry) => textFrame(envelope(prefix, entry.timestamp, entry.content)),
  ack: () => undefined,
};
