import { isUser, USER_RULE } from '@ws-hub/protocol';
import { z } from 'zod';
import { CLIENT_ID, CLIENT_ID_RULE } from '../gateway/gateway-options.js';
import { channel, HUB_SCHEMAS, key, position, wellFormed } from '../gateway/v1.schemas.js';

// What travels over HTTP as schemas; docs/openapi.yaml is made from them. Unknown members of a request are ignored, as in
// hub.v1, so that a client of a later version keeps working.

/** Messages of one request. */
export const MAX_BATCH = 100;
/** Messages of one answer. */
export const MAX_HISTORY = 1_000;
export const DEFAULT_HISTORY = 100;
/** Channels of one answer. */
export const MAX_CHANNELS = 1_000;
export const DEFAULT_CHANNELS = 100;
/** A close frame has room for no more bytes, of which a character takes at least one. */
const MAX_REASON = 123;
const MAX_USER = 128;

const user = z
  .string()
  .refine(isUser, { error: `must be ${USER_RULE}` })
  .meta({ minLength: 1, maxLength: MAX_USER });
const count = z.int().nonnegative();
/** Fractions are cut off. */
const seconds = z.number();

const content = wellFormed.describe('The text as it is said: any characters, also none.');
const ownKey = key.describe(
  'Names this message among those of the caller: the same key again is the same message, which is stored once.',
);
const messageId = position.describe("The message's place in the log. Opaque.");

export const publishBody = z.object({ content, key: ownKey.optional() });

/** One message of a batch. */
export const batchItem = z.object({ channel, content, key: ownKey.optional() });
export const batchBody = z.array(batchItem).min(1).max(MAX_BATCH);

export const problem = z
  .object({
    type: z.literal('about:blank'),
    title: z.string().describe('The name of the status.'),
    status: z.int().describe('The HTTP status.'),
    detail: z.string().describe('For people: what was wrong, and what is allowed.'),
    channels: z.array(z.string()).optional().describe('The channels that it is about.'),
  })
  .describe('Why a request failed (RFC 9457).');

export const publishAnswer = z.object({
  id: messageId,
  duplicate: z.boolean().describe('Whether it was stored before, by an earlier request with this key.'),
});

export const batchAnswer = z.object({
  results: z
    .array(z.union([publishAnswer, problem]))
    .describe('One for each message of the request, in its order.'),
});

export const historyAnswer = z.object({
  messages: z.array(HUB_SCHEMAS.message).describe('The oldest first.'),
  position: position.describe('The `after` of the next page.'),
});

export const channelsAnswer = z.object({
  channels: z.array(
    z.object({ channel: z.string(), connections: count.describe('That listen to it, on this hub.') }),
  ),
  cursor: z.string().optional().describe('The `cursor` of the next page. Left out with the last page.'),
});

export const infoAnswer = z
  .object({
    version: z.string().describe('Of the package.'),
    connections: count,
    channels: count.describe('With listeners.'),
    uptime_seconds: count,
    draining: z.boolean().describe('Whether the hub is about to end.'),
    log: z.object({
      ready: z.boolean().describe('Whether messages can be stored.'),
      position: position.optional().describe('The newest place. Left out before the log was first reached.'),
      entries: count,
      bytes: count,
    }),
  })
  .describe('The state of this hub, not of the others of its cluster.');

export const disconnectBody = z
  .object({
    user: user.optional().describe('All connections of this user.'),
    client_id: z
      .string()
      .regex(CLIENT_ID, { error: `must be ${CLIENT_ID_RULE}` })
      .optional()
      .describe('The connections of this client.'),
    code: z.int().optional().describe('The close code; 1008 by default.'),
    reason: z.string().max(MAX_REASON).optional().describe('Up to 123 bytes that the client reads.'),
  })
  .refine((body) => (body.user === undefined) !== (body.client_id === undefined), {
    error: 'must have either user or client_id',
  })
  .meta({ oneOf: [{ required: ['user'] }, { required: ['client_id'] }] })
  .describe('Whose connections end: exactly one of `user` and `client_id`.');

export const revocationBody = z
  .object({
    user: user.optional().describe('All tokens of this user.'),
    token_id: user.optional().describe('The token with this `jti`.'),
    issued_before: seconds
      .optional()
      .describe('Only tokens issued before this moment, in Unix seconds. Alone: those of everybody.'),
    until: seconds
      .optional()
      .describe(
        'When the last of these tokens has expired, in Unix seconds; by default the longest life of a token from now.',
      ),
  })
  .describe('Which tokens count no more.');
