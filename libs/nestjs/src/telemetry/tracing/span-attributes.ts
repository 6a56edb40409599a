import type { Attributes } from '@opentelemetry/api';

/**
 * OpenTelemetry's conventions for messaging spans, where they fit. Attributes without a convention start with
 * `ws_hub.`.
 */
export const ATTRIBUTE = {
  system: 'messaging.system',
  operation: 'messaging.operation.name',
  operationType: 'messaging.operation.type',
  channel: 'messaging.destination.name',
  clientId: 'messaging.client.id',
  bodyBytes: 'messaging.message.body.size',
  messageId: 'messaging.message.id',
  errorType: 'error.type',
  outcome: 'ws_hub.outcome',
  recipients: 'ws_hub.recipients',
} as const;

const SYSTEM = 'ws_hub';

/** The attributes of every span of a message. */
export function attributesOf(operation: string, channel: string): Attributes {
  return {
    [ATTRIBUTE.system]: SYSTEM,
    [ATTRIBUTE.operation]: operation,
    [ATTRIBUTE.channel]: channel,
  };
}
