import type { Message, StreamEvent } from '@ws-hub/protocol';
import { z } from 'zod';
import { HUB_SCHEMAS, position } from '../gateway/v1.schemas.js';

// The data of the events of GET /v1/events (PROTOCOL.md, section 6).

const welcome = z
  .object({
    type: z.literal('welcome'),
    client_id: z.string().describe('The client id of this listener.'),
    position: position.describe('The position at which the stream begins.'),
    recovered: z.boolean().describe('False if messages were missed.'),
    user: z.string().optional().describe('The user that the token names.'),
    expires_in: z.int().optional().describe('Milliseconds until the token expires.'),
  })
  .describe('The first event.');

const gap = z
  .object({ type: z.literal('gap'), position })
  .describe('Messages were missed. The stream continues after this position.');

const end = { code: z.int().describe('The close code, as in PROTOCOL.md.'), reason: z.string() };

const expired = z
  .object({ type: z.literal('expired'), ...end })
  .describe('The token has expired and the stream ends. Reconnect with a new token.');

const closed = z.object({ type: z.literal('closed'), ...end }).describe('The hub ends the stream.');

/** By event name; messages have none. */
export const EVENT_SCHEMAS = {
  welcome,
  gap,
  message: HUB_SCHEMAS.message,
  position: HUB_SCHEMAS.position,
  expired,
  closed,
} satisfies Readonly<Record<StreamEvent['type'] | Message['type'], z.ZodType<StreamEvent | Message>>>;
