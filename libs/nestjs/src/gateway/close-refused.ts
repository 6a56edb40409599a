import { CLOSE } from '@ws-hub/protocol';
import type { Refusal } from './admission.js';
import type { HubSocket } from './hub-socket.js';

/** How long a peer may take to answer the close frame before it is terminated. */
const LINGER_MS = 1_000;
/** The maximum in a close frame (RFC 6455, section 5.5). */
const MAX_REASON_BYTES = 123;

/** The close code for a refusal; undefined if the client may retry. */
export function closeCodeOf({ status, reason, isExpired }: Refusal): number | undefined {
  if (isExpired === true) return CLOSE.credentialsExpired;
  if (status === 401 || reason === 'tokens') return CLOSE.unauthorized;
  return status === 403 ? CLOSE.forbidden : undefined;
}

/** Closes a WebSocket that never becomes a connection. Its input is ignored. */
export function closeRefused(webSocket: HubSocket, code: number, reason: string): void {
  webSocket.on('error', () => webSocket.terminate());
  webSocket.close(code, closeReason(reason));
  setTimeout(() => webSocket.terminate(), LINGER_MS).unref();
}

/** The text, truncated to fit into a close frame. */
export function closeReason(text: string): string {
  return Buffer.from(text)
    .subarray(0, MAX_REASON_BYTES)
    .toString()
    .replace(/\uFFFD+$/, '');
}
