import { CLOSE } from '@ws-hub/protocol';
import type { Refusal } from './admission.js';
import type { HubSocket } from './hub-socket.js';

/** A peer that does not answer the close frame is cut off. */
const LINGER_MS = 1_000;
/** A close frame has room for no more (RFC 6455, section 5.5). */
const MAX_REASON_BYTES = 123;

/** What the refusal of a judgement is as a close code; undefined for one that a client may try again. */
export function closeCodeOf({ status, reason, isExpired }: Refusal): number | undefined {
  if (isExpired === true) return CLOSE.credentialsExpired;
  if (status === 401 || reason === 'tokens') return CLOSE.unauthorized;
  return status === 403 ? CLOSE.forbidden : undefined;
}

/** Ends a WebSocket that never becomes a connection: what it sends is not read. */
export function closeRefused(webSocket: HubSocket, code: number, reason: string): void {
  webSocket.on('error', () => webSocket.terminate());
  webSocket.close(code, closeReason(reason));
  setTimeout(() => webSocket.terminate(), LINGER_MS).unref();
}

/** As much of a text as a close frame has room for. */
export function closeReason(text: string): string {
  return Buffer.from(text)
    .subarray(0, MAX_REASON_BYTES)
    .toString()
    .replace(/\uFFFD+$/, '');
}
