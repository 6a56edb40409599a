import type { IncomingMessage } from 'node:http';
import { HUB_V1 } from '@ws-hub/protocol';

/** The subprotocols that a handshake offers, in order. (ws reads the same list for its answer.) */
export function subprotocolsOf({ headers }: IncomingMessage): string[] {
  const offers = headers['sec-websocket-protocol']?.split(',') ?? [];
  return offers.map((offer) => offer.trim());
}

/** Whether the handshake offers hub.v1, at any place in its list. */
export function offersV1(request: IncomingMessage): boolean {
  return subprotocolsOf(request).includes(HUB_V1);
}
