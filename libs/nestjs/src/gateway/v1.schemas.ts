import {
  CHANNEL_NAME,
  CHANNEL_RULE,
  type ClientMessage,
  ERROR_CODES,
  type HubMessage,
  KEY,
  KEY_RULE,
  MAX_TOKEN_BYTES,
  MAX_TRACE_LENGTH,
  TRACE_RULE,
} from '@ws-hub/protocol';
import { z } from 'zod';

// The hub.v1 contract as schemas (PROTOCOL.md, section 2). Unknown keys are ignored, so no schema is strict. The types
// are in @ws-hub/protocol, which has no dependencies, so that a client in a browser needs no zod.

/** More than a client id, a position and a user need. */
const MAX_SESSION_LENGTH = 2_048;
const LONE_SURROGATE = /\p{Surrogate}/u;

export const channel = z.string().regex(CHANNEL_NAME, { error: `must be ${CHANNEL_RULE}` });
const channels = z.array(channel);
export const position = z.string();
export const key = z.string().regex(KEY, { error: `must be ${KEY_RULE}` });
/** Half a surrogate pair is not a character, and would be encoded as another one (RFC 3629, section 3). */
export const wellFormed = z.string().refine((text) => !LONE_SURROGATE.test(text), {
  error: 'contains a lone surrogate, which is not a character',
});

const token = z.string().refine((text) => Buffer.byteLength(text) <= MAX_TOKEN_BYTES, {
  error: `must have at most ${MAX_TOKEN_BYTES} bytes`,
});

/** An invalid traceparent starts a new trace, as W3C Trace Context requires, so the schema does not reject it. */
const trace = z.string({ error: `must be ${TRACE_RULE}` }).max(MAX_TRACE_LENGTH, {
  error: `must be ${TRACE_RULE}`,
});

const hello = z.object({
  type: z.literal('hello'),
  session: z.string().max(MAX_SESSION_LENGTH).optional(),
  token: token.optional(),
  since: position.optional(),
  channels: channels.optional(),
});

const publish = z.object({
  type: z.literal('publish'),
  key,
  channel: channel.optional(),
  content: wellFormed,
  trace: trace.optional(),
});

const subscribe = z.object({ type: z.literal('subscribe'), channels });
const unsubscribe = z.object({ type: z.literal('unsubscribe'), channels });
const auth = z.object({ type: z.literal('auth'), token });
const ping = z.object({ type: z.literal('ping') });
const pong = z.object({ type: z.literal('pong') });

/** Messages from client to hub, by type. */
export const CLIENT_SCHEMAS = { hello, publish, subscribe, unsubscribe, auth, ping, pong };

export const clientMessage: z.ZodType<ClientMessage> = z.discriminatedUnion('type', [
  hello,
  publish,
  subscribe,
  unsubscribe,
  auth,
  ping,
  pong,
]);

const welcome = z.object({
  type: z.literal('welcome'),
  client_id: z.string(),
  session: z.string(),
  position,
  recovered: z.boolean(),
  ping_interval: z.int().positive(),
  max_payload: z.int().positive(),
  user: z.string().optional(),
  expires_in: z.int().optional(),
  refused: z.array(z.string()).optional(),
});

const authorized = z.object({
  type: z.literal('authorized'),
  user: z.string().optional(),
  expires_in: z.int().optional(),
});

const ack = z.object({
  type: z.literal('ack'),
  key: z.string(),
  id: position,
  duplicate: z.literal(true).optional(),
});

const message = z.object({
  type: z.literal('message'),
  id: position.describe('The position of the message in the log. Opaque.'),
  channel: z.string(),
  client_id: z.string().describe('The client id of the sender.'),
  user: z
    .string()
    .optional()
    .describe("The user that the sender's token names. Omitted for an anonymous sender."),
  timestamp: z.int().describe('Unix time in whole seconds. It says nothing about order.'),
  content: z.string().describe('The text of the message.'),
});

const positionMessage = z.object({ type: z.literal('position'), position });
const subscribed = z.object({ type: z.literal('subscribed'), channels: z.array(z.string()), position });
const unsubscribed = z.object({
  type: z.literal('unsubscribed'),
  channels: z.array(z.string()),
  position,
  reason: z.literal('forbidden').optional(),
});

const error = z.object({
  type: z.literal('error'),
  code: z.enum(ERROR_CODES),
  message: z.string(),
  key: z.string().optional(),
  channels: z.array(z.string()).optional(),
});

/** Messages from hub to client, by type. */
export const HUB_SCHEMAS = {
  welcome,
  authorized,
  ack,
  message,
  position: positionMessage,
  subscribed,
  unsubscribed,
  ping,
  pong,
  error,
};

export const hubMessage: z.ZodType<HubMessage> = z.discriminatedUnion('type', [
  welcome,
  authorized,
  ack,
  message,
  positionMessage,
  subscribed,
  unsubscribed,
  ping,
  pong,
  error,
]);
