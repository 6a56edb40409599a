import type { IncomingMessage } from 'node:http';
import { HUB_V1 } from '@ws-hub/protocol';

/** What a handshake offers to speak, in its order (ws reads the same list for its answer). */
export function subprotocolsOf({ headers }: IncomingMessage): string[] {
  const offers = headers['sec-websocket-protocol']?.split(',') ?? [];
  return offers.map((offer) => offer.trim());
}

/** Whether hub.v1 is offered, wherever it stands in the list. */
export function offersV1(request: IncomingMessage): boolean {
  return subprotocolsOf(request).includes(HUB_V1);
}
