import { TRACE_HEADER } from '@ws-hub/protocol';
import { DEFAULT_HISTORY, MAX_BATCH, MAX_HISTORY } from '../http/http.schemas.js';
import { json, type Parameter, type RouteDescription } from './http-route.js';
import { channelParameter, limitOf } from './parameters.js';

const ID = 'f233a1b2c3d4e5f6-42';

const idempotencyKey: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'Identifies the message: a second request with the same key stores nothing, on any hub, and gets the first id. 1-64 characters from `!` to `~`; surrounding double quotes are removed. Same as `key` in a JSON body. Not allowed without credentials.',
  schema: { type: 'string', pattern: '^[!-~]{1,66}$' },
  example: 'order-17',
};

const traceparent: Parameter = {
  name: TRACE_HEADER,
  in: 'header',
  description:
    'The parent span of each message (W3C Trace Context). Hubs that record no traces ignore it. All hubs ignore a malformed one.',
  schema: { type: 'string' },
  example: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
};

const publish: RouteDescription = {
  operationId: 'publishMessage',
  tag: 'Messages',
  summary: 'Publish a message',
  description:
    'The hub answers when the message is stored. After a 503 the message may or may not be stored: retry with the same key.',
  right: 'publish',
  parameters: [channelParameter, idempotencyKey, traceparent],
  bodies: [
    json('Publish', { content: 'order 17 has shipped', key: 'order-17' }),
    { type: 'text/plain', schema: { type: 'string' }, example: 'order 17 has shipped' },
  ],
  answer: {
    description: 'The message is stored.',
    body: json('Stored', { id: ID, duplicate: false }),
  },
  problems: [400, 401, 403, 413, 415, 429, 503],
};

const batch: RouteDescription = {
  operationId: 'publishBatch',
  tag: 'Messages',
  summary: 'Publish a batch of messages',
  description: `At most ${MAX_BATCH} messages, stored in the order of the list. A batch is not atomic: each message has its own result, which is a problem object if the message was not stored.`,
  right: 'publish',
  parameters: [traceparent],
  bodies: [
    json('Batch', [
      { channel: 'orders', content: 'order 18 has shipped', key: 'order-18' },
      { channel: 'stock', content: 'bolts: 240' },
    ]),
  ],
  answer: {
    description: 'Each message has a result.',
    body: json('BatchResults', {
      results: [
        { id: 'f233a1b2c3d4e5f6-43', duplicate: false },
        { id: 'f233a1b2c3d4e5f6-44', duplicate: false },
      ],
    }),
  },
  problems: [400, 401, 403, 413, 415, 429, 503],
};

const history: RouteDescription = {
  operationId: 'readHistory',
  tag: 'Messages',
  summary: 'Read the history',
  description:
    'The messages after `after`, oldest first; without `after` the newest ones. The next page continues at `position`. So can an event stream or a hub.v1 client, without a gap. A response has about 1 MiB of contents at most, so a page may have fewer messages than `limit`.',
  right: 'history',
  parameters: [
    channelParameter,
    {
      name: 'after',
      in: 'query',
      description: 'A position, or the id of a message.',
      schema: { type: 'string' },
      example: 'f233a1b2c3d4e5f6-41',
    },
    limitOf(MAX_HISTORY, DEFAULT_HISTORY),
  ],
  answer: {
    description: 'A page of messages.',
    body: json('History', {
      messages: [
        {
          type: 'message',
          id: ID,
          channel: 'orders',
          client_id: 'key.shop',
          timestamp: 1795450130,
          content: 'order 17 has shipped',
        },
      ],
      position: ID,
    }),
  },
  problems: [400, 401, 403, 410, 429, 503],
};

export const messageRoutes = { publish, batch, history };
