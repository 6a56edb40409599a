import type { Entry } from '@ws-hub/hub';
import type { WebhookEventType } from './webhook-options.js';

/** An event for the receiver. */
export interface WebhookEvent {
  /** The same on every attempt and every hub. */
  readonly id: string;
  readonly type: WebhookEventType;
  /** When it happened, in RFC 3339. */
  readonly timestamp: string;
  readonly data: { readonly channel: string };
}

/** @param position of the entry, as text */
export function messageEvent(entry: Entry, position: string): WebhookEvent {
  const { channel, clientId: client_id, user, timestamp, content } = entry;
  return {
    id: `msg_${position}`,
    type: 'message',
    timestamp: new Date(timestamp * 1_000).toISOString(),
    data: { id: position, channel, client_id, user, timestamp, content } as WebhookEvent['data'],
  };
}
