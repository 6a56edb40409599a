import {
  CHANNEL_PARAMETER,
  DEFAULT_CHANNEL,
  EVENT_STREAM,
  LAST_EVENT_ID_HEADER,
  SINCE_PARAMETER,
} from '@ws-hub/protocol';
import { type RouteDescription, schemaRef } from './http-route.js';
import { channelSchema } from './parameters.js';

const DESCRIPTION = `A stream of server-sent events on the same log (WHATWG HTML, section 9.2). A stream counts as a connection of the hub: the same limits, drain and slow-consumer policy apply.

| event | \`id:\` | \`data:\` |
| --- | --- | --- |
| \`welcome\` | yes | WelcomeEvent; the first event |
| \`gap\` | yes | GapEvent; follows the welcome if messages were missed |
| none | yes | Message |
| \`position\` | yes | PositionEvent; everything up to this position was sent |
| \`expired\` | | ExpiredEvent; then the stream ends |
| \`closed\` | | ClosedEvent; then the stream ends |

An \`id\` is opaque: store the last one, and send it back to resume. A comment line comes every 25 s. \`retry:\` says how long a client waits before it reconnects.`;

const EXAMPLE = `retry: 2113

id: f233a1b2c3d4e5f6-41
event: welcome
data: {"type":"welcome","client_id":"AGzVxI5Qd0mBqVxzRk8wVg","position":"f233a1b2c3d4e5f6-41","recovered":true}

id: f233a1b2c3d4e5f6-42
data: {"type":"message","id":"f233a1b2c3d4e5f6-42","channel":"orders","client_id":"key.shop","timestamp":1795450130,"content":"order 17 has shipped"}

id: f233a1b2c3d4e5f6-42
event: position
data: {"type":"position","position":"f233a1b2c3d4e5f6-42"}

`;

/** The data of each event. Only OpenAPI 3.2 can describe it. */
const EVENT_DATA = {
  welcome: schemaRef('WelcomeEvent'),
  gap: schemaRef('GapEvent'),
  message: schemaRef('Message'),
  position: schemaRef('PositionEvent'),
  expired: schemaRef('ExpiredEvent'),
  closed: schemaRef('ClosedEvent'),
};

const PLACE = 'everything after it follows, once and in order, then new messages.';

/** The data of its events is in `x-event-data` of the response schema, by event name. */
export const events: RouteDescription = {
  operationId: 'listen',
  tag: 'Events',
  summary: 'Listen to channels',
  description: DESCRIPTION,
  right: 'subscribe',
  parameters: [
    {
      name: CHANNEL_PARAMETER,
      in: 'query',
      description: `A channel; repeat it for more. The default is \`${DEFAULT_CHANNEL}\`.`,
      schema: { type: 'array', items: channelSchema },
      example: ['orders'],
    },
    {
      name: LAST_EVENT_ID_HEADER,
      in: 'header',
      description: `The last \`id\` of an earlier stream: ${PLACE} An EventSource sends it automatically.`,
      schema: { type: 'string' },
    },
    {
      name: SINCE_PARAMETER,
      in: 'query',
      description: `An \`id\`, or a position, which requires the right \`history\`: ${PLACE} \`${LAST_EVENT_ID_HEADER}\` takes precedence.`,
      schema: { type: 'string' },
      example: 'f233a1b2c3d4e5f6-41',
    },
  ],
  answer: {
    description: 'A stream that ends when either side closes it.',
    body: {
      type: EVENT_STREAM,
      schema: { type: 'string', 'x-event-data': EVENT_DATA },
      example: EXAMPLE,
    },
  },
  problems: [400, 401, 403, 429, 503],
};
