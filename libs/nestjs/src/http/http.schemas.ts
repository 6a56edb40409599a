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

const user = z.string().refine(isUser, { error: `must be ${USER_RULE}` });
const count = z.int().nonnegative();
/** Unix time; fractions are cut off. */
const seconds = z.number();

export const publishBody = z.object({ content: wellFormed, key: key.optional() });

/** One message of a batch. */
export const batchItem = z.object({ channel, content: wellFormed, key: key.optional() });
export const batchBody = z.array(batchItem).min(1).max(MAX_BATCH);

/** RFC 9457. */
export const problem = z.object({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  channels: z.array(z.string()).optional(),
});

export const publishAnswer = z.object({ id: position, duplicate: z.boolean() });
export const batchAnswer = z.object({ results: z.array(z.union([publishAnswer, problem])) });

export const historyAnswer = z.object({ messages: z.array(HUB_SCHEMAS.message), position });

export const channelsAnswer = z.object({
  channels: z.array(z.object({ channel: z.string(), connections: count })),
  /** Of the next page; left out with the last one. */
  cursor: z.string().optional(),
});

export const infoAnswer = z.object({
  /** Of the package; left out where it is not known. */
  version: z.string().optional(),
  /** Of this hub, as everything here. */
  connections: count,
  channels: count,
  uptime_seconds: count,
  draining: z.boolean(),
  log: z.object({
    ready: z.boolean(),
    /** Left out before the log was reached for the first time. */
    position: position.optional(),
    entries: count,
    bytes: count,
  }),
});

/** Whose connections end: exactly one of `user` and `client_id`. */
export const disconnectBody = z
  .object({
    user: user.optional(),
    client_id: z
      .string()
      .regex(CLIENT_ID, { error: `must be ${CLIENT_ID_RULE}` })
      .optional(),
    code: z.int().optional(),
    reason: z.string().max(MAX_REASON).optional(),
  })
  .refine((body) => (body.user === undefined) !== (body.client_id === undefined), {
    error: 'must have either user or client_id',
  });

/** Which tokens count no more: those of `user`, the one named `token_id`, or with `issued_before` alone those of everybody. */
export const revocationBody = z.object({
  user: user.optional(),
  /** The claim `jti`. */
  token_id: user.optional(),
  issued_before: seconds.optional(),
  until: seconds.optional(),
});
