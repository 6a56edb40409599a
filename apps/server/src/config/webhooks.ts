import { type ConfigOf, list, option, secret, text } from '@ws-hub/config';
import {
  isWebhookEvent,
  WEBHOOK_DEFAULTS,
  WEBHOOK_EVENT_RULE,
  type WebhookOptions,
  webhookConflict,
} from '@ws-hub/nestjs/options';

/** Options of webhooks, which are on if there is a URL. */
export const webhookOptions = {
  webhookUrl: option(
    'WEBHOOK_URL',
    WEBHOOK_DEFAULTS.webhookUrl,
    text('an https:// URL, or http:// on loopback, or empty'),
    'URL that receives WEBHOOK_EVENTS, each at least once; requires WEBHOOK_SECRET; empty = off',
  ),
  webhookSecret: option(
    'WEBHOOK_SECRET',
    '',
    secret(),
    'secret that signs requests to WEBHOOK_URL, as in Standard Webhooks',
  ),
  webhookSecretPrevious: option(
    'WEBHOOK_SECRET_PREVIOUS',
    '',
    secret(),
    'previous WEBHOOK_SECRET, which also signs',
  ),
  webhookEvents: option(
    'WEBHOOK_EVENTS',
    WEBHOOK_DEFAULTS.webhookEvents.join(','),
    list(isWebhookEvent, `${WEBHOOK_EVENT_RULE}; comma-separated`),
    'events sent to WEBHOOK_URL: channel_occupied, channel_vacated, message; each alone, or for some channels, as in message:room.>',
  ),
};

type WebhookValues = Omit<ConfigOf<typeof webhookOptions>, 'explicit' | 'operands'>;

/** The operator's names of the options. */
const NAMES: Readonly<Record<keyof WebhookOptions, string>> = {
  webhookUrl: 'WEBHOOK_URL (--webhook-url)',
  webhookSecrets: 'WEBHOOK_SECRET (or WEBHOOK_SECRET_FILE)',
  webhookEvents: 'WEBHOOK_EVENTS (--webhook-events)',
};

/** The hub's options, from the values that an operator has set. */
export function webhookOptionsOf({
  webhookUrl,
  webhookSecret,
  webhookSecretPrevious,
  webhookEvents,
}: WebhookValues): WebhookOptions {
  const webhookSecrets = [webhookSecret, webhookSecretPrevious].filter((each) => each !== '');
  return { webhookUrl, webhookSecrets, webhookEvents };
}

/** Names an impossible combination by its variables, or returns undefined. */
export function webhookConflictOf(config: WebhookValues): string | undefined {
  if (config.webhookSecretPrevious !== '' && config.webhookSecret === '')
    return 'WEBHOOK_SECRET_PREVIOUS: only allowed where WEBHOOK_SECRET is set';
  return webhookConflict(webhookOptionsOf(config), (name) => NAMES[name]);
}
