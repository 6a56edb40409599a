import type { Entry } from './message-log.js';

/** What an entry takes besides its content, about. */
const OVERHEAD_BYTES = 200;

/** The bytes that an entry takes, about. */
export function bytesOf({ content, clientId, user = '', trace = '' }: Entry): number {
  return (
    OVERHEAD_BYTES + Buffer.byteLength(content) + clientId.length + Buffer.byteLength(user) + trace.length
  );
}
