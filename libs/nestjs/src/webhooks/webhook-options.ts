import { CHANNEL_PATTERN_RULE, isChannelPattern, REST } from '@ws-hub/protocol';
import { isSecureUrl, SECURE_URL_RULE } from '../auth/secure-url.js';

/** The events that can be sent to the receiver. */
export const WEBHOOK_EVENT_TYPES = ['channel_occupied', 'channel_vacated', 'message'] as const;

export type WebhookEventType = (typeof WEBHOOK_EVENT_TYPES)[number];

/** What webhooks go by. */
export interface WebhookOptions {
  /** Where events are sent: https, or http on loopback; empty for nowhere. */
  readonly webhookUrl: string;
  /** What the requests are signed with, the current one first. */
  readonly webhookSecrets: readonly string[];
  /** Each a type of event, or `TYPE:PATTERN` for channels that match. */
  readonly webhookEvents: readonly string[];
}

export const WEBHOOK_DEFAULTS: WebhookOptions = {
  webhookUrl: '',
  webhookSecrets: [],
  webhookEvents: ['channel_occupied', 'channel_vacated'],
};

/** What an item of `webhookEvents` may be, in the words of an error message. */
export const WEBHOOK_EVENT_RULE = `${WEBHOOK_EVENT_TYPES.join(', ')}, each alone or with a pattern behind it as in message:room.>, where the pattern is ${CHANNEL_PATTERN_RULE}`;

/** An item of `webhookEvents`. */
export interface WantedEvent {
  readonly type: WebhookEventType;
  readonly pattern: string;
}

/** Undefined for what is none. */
export function parseWebhookEvent(text: string): WantedEvent | undefined {
  const [name = '', ...rest] = text.split(':');
  const pattern = rest.length === 0 ? REST : rest.join(':');
  const type = WEBHOOK_EVENT_TYPES.find((each) => each === name);
  return type !== undefined && isChannelPattern(pattern) ? { type, pattern } : undefined;
}

export function isWebhookEvent(text: string): boolean {
  return parseWebhookEvent(text) !== undefined;
}

/** How an operator calls an option: by its name, its variable or its flag. */
export type NameOfWebhookOption = (option: keyof WebhookOptions) => string;

/** Names what cannot be, or cannot be together, without any secret; or returns undefined. */
export function webhookConflict(
  { webhookUrl: url, webhookSecrets: secrets, webhookEvents: events }: WebhookOptions,
  nameOf: NameOfWebhookOption = (option) => option,
): string | undefined {
  const isUsual = events.join() === WEBHOOK_DEFAULTS.webhookEvents.join();
  if (url === '')
    return isUsual
      ? undefined
      : `${nameOf('webhookEvents')}: only allowed where ${nameOf('webhookUrl')} is set`;
  // It may have a secret in it.
  if (!isSecureUrl(url))
    return `${nameOf('webhookUrl')}: this URL is not allowed; allowed: ${SECURE_URL_RULE}`;
  if (secrets.length === 0)
    return `${nameOf('webhookSecrets')}: must be set where ${nameOf('webhookUrl')} is set`;
  if (events.length === 0)
    return `${nameOf('webhookEvents')}: must not be empty where ${nameOf('webhookUrl')} is set`;
  return undefined;
}
