import type { Entry } from './message-log.js';

/** Approximate size of an entry without its content. */
const OVERHEAD_BYTES = 200;

/** Approximate size of an entry in bytes. */
export function bytesOf({ content, clientId, user = '', trace = '' }: Entry): number {
  return (
    OVERHEAD_BYTES + Buffer.byteLength(content) + clientId.length + Buffer.byteLength(user) + trace.length
  );
}
