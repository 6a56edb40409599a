import type { HubMessage } from '@ws-hub/protocol';
import type { EncodedEntry } from './encoded-entry.js';
import type { Encoder } from './encoder.js';
import { textFrame } from './frame.js';

/** hub.v1 (PROTOCOL.md, section 2), in WebSocket frames. */
export const v1Encoder: Encoder = {
  name: 'v1',
  message: ({ id, entry }: EncodedEntry) => {
    const { channel, clientId: client_id, user, timestamp, content } = entry;
    return v1Frame({ type: 'message', id, channel, client_id, user, timestamp, content });
  },
  ack: ({ id, entry: { key } }: EncodedEntry) =>
    key === undefined ? undefined : v1Frame({ type: 'ack', key, id }),
  position: (position) => v1Frame({ type: 'position', position }),
};

/** The frame of a hub.v1 message. */
export function v1Frame(message: HubMessage): Buffer {
  return textFrame(JSON.stringify(message));
}
