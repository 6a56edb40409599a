import { Grants } from '@ws-hub/hub';
import { parseWebhookEvent, WEBHOOK_EVENT_TYPES, type WebhookEventType } from './webhook-options.js';

/** The action that means "is sent": the tree of patterns is the one for rights. */
const TOLD = 'subscribe';

/** Selects the events and channels that are sent to the receiver. */
export class EventFilter {
  private readonly patterns: ReadonlyMap<WebhookEventType, Grants>;

  /** @param events that `isWebhookEvent` accepts */
  constructor(events: readonly string[]) {
    const wanted = events.map(parseWebhookEvent).filter((each) => each !== undefined);
    const types = WEBHOOK_EVENT_TYPES.filter((type) => wanted.some((each) => each.type === type));
    const grantsOf = (type: WebhookEventType) =>
      new Grants(
        wanted
          .filter((each) => each.type === type)
          .map(({ pattern }) => ({ match: pattern, allow: [TOLD] as const })),
      );
    this.patterns = new Map(types.map((type) => [type, grantsOf(type)]));
  }

  /** Whether events of this type are sent for any channel. */
  has(type: WebhookEventType): boolean {
    return this.patterns.has(type);
  }

  /** @param channel empty for an entry of the log without a channel */
  wants(type: WebhookEventType, channel: string): boolean {
    return channel !== '' && this.patterns.get(type)?.allows(TOLD, channel) === true;
  }
}
