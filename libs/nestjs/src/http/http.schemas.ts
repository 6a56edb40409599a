import { isUser, USER_RULE } from '@ws-hub/protocol';
import { z } from 'zod';
import { CLIENT_ID, CLIENT_ID_RULE } from '../gateway/gateway-options.js';
import { channel, HUB_SCHEMAS, key, position, wellFormed } from '../gateway/v1.schemas.js';

// The HTTP API as schemas; docs/openapi.yaml is generated from them. Unknown members of a request are ignored, as in
// hub.v1, so that later clients keep working.

/** Messages per request. */
export const MAX_BATCH = 100;
/** Messages per response. */
export const MAX_HISTORY = 1_000;
export const DEFAULT_HISTORY = 100;
/** Channels per response. */
export const MAX_CHANNELS = 1_000;
export const DEFAULT_CHANNELS = 100;
/** The maximum of a close frame in bytes. A character takes at least one byte. */
const MAX_REASON = 123;
const MAX_USER = 128;

const user = z
  .string()
  .refine(isUser, { error: `must be ${USER_RULE}` })
  .meta({ minLength: 1, maxLength: MAX_USER });
const count = z.int().nonnegative();
/** Fractions are dropped. */
const seconds = z.number();

const content = wellFormed.describe('The text of the message: any characters, may be empty.');
const ownKey = key.describe(
  'Identifies the message among those of the caller: messages with the same key are stored once.',
);
const messageId = position.describe('The position of the message in the log. Opaque.');

export const publishBody = z.object({ content, key: ownKey.optional() });

/** One message of a batch. */
export const batchItem = z.object({ channel, content, key: ownKey.optional() });
export const batchBody = z.array(batchItem).min(1).max(MAX_BATCH);

export const problem = z
  .object({
    type: z.literal('about:blank'),
    title: z.string().describe('The name of the status.'),
    status: z.int().describe('The HTTP status.'),
    detail: z.string().describe('For humans: what is wrong, and what is allowed.'),
    channels: z.array(z.string()).optional().describe('The affected channels.'),
  })
  .describe('Why a request failed (RFC 9457).');

export const publishAnswer = z.object({
  id: messageId,
  duplicate: z.boolean().describe('Whether an earlier request with this key stored the message.'),
});

export const batchAnswer = z.object({
  results: z
    .array(z.union([publishAnswer, problem]))
    .describe('One result per message of the request, in the same order.'),
});

export const historyAnswer = z.object({
  messages: z.array(HUB_SCHEMAS.message).describe('Oldest first.'),
  position: position.describe('The `after` of the next page.'),
});

export const channelsAnswer = z.object({
  channels: z.array(
    z.object({
      channel: z.string(),
      connections: count.describe('Connections of this hub that listen to it.'),
    }),
  ),
  cursor: z.string().optional().describe('The `cursor` of the next page. Omitted on the last page.'),
});

export const infoAnswer = z
  .object({
    version: z.string().describe('Version of the package.'),
    connections: count,
    channels: count.describe('Channels with listeners.'),
    uptime_seconds: count,
    draining: z.boolean().describe('Whether the hub is shutting down.'),
    log: z.object({
      ready: z.boolean().describe('Whether messages can be stored.'),
      position: position.optional().describe('The newest position. Omitted until the log was first reached.'),
      entries: count,
      bytes: count,
    }),
  })
  .describe('The state of this hub, not of the other hubs of its cluster.');

export const disconnectBody = z
  .object({
    user: user.optional().describe('All connections of this user.'),
    client_id: z
      .string()
      .regex(CLIENT_ID, { error: `must be ${CLIENT_ID_RULE}` })
      .optional()
      .describe('The connections of this client.'),
    code: z.int().optional().describe('The close code; 1008 by default.'),
    reason: z.string().max(MAX_REASON).optional().describe('Close reason for the client, up to 123 bytes.'),
  })
  .refine((body) => (body.user === undefined) !== (body.client_id === undefined), {
    error: 'must have either user or client_id',
  })
  .meta({ oneOf: [{ required: ['user'] }, { required: ['client_id'] }] })
  .describe('The connections to close: exactly one of `user` and `client_id`.');

export const revocationBody = z
  .object({
    user: user.optional().describe('All tokens of this user.'),
    token_id: user.optional().describe('The token with this `jti`.'),
    issued_before: seconds
      .optional()
      .describe(
        'Only tokens issued before this time, in Unix seconds. Without `user` and `token_id`: tokens of all users.',
      ),
    until: seconds
      .optional()
      .describe(
        'When the last of these tokens has expired, in Unix seconds. The default is the maximum token lifetime from now.',
      ),
  })
  .describe('The tokens to revoke.');
