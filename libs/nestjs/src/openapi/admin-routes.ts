import { DEFAULT_CHANNELS, MAX_CHANNELS } from '../http/http.schemas.js';
import { json, type RouteDescription } from './http-route.js';
import { limitOf } from './parameters.js';

const channels: RouteDescription = {
  operationId: 'listChannels',
  tag: 'Administration',
  summary: 'List the channels',
  description: 'Channels that have listeners on the hub that answers, in the order of their names.',
  right: 'admin',
  parameters: [
    {
      name: 'prefix',
      in: 'query',
      description: 'Only channels whose names begin with this.',
      schema: { type: 'string' },
      example: 'orders',
    },
    {
      name: 'cursor',
      in: 'query',
      description: 'The `cursor` of the page before.',
      schema: { type: 'string' },
    },
    limitOf(MAX_CHANNELS, DEFAULT_CHANNELS),
  ],
  answer: {
    description: 'A page of channels.',
    body: json('Channels', { channels: [{ channel: 'orders', connections: 1 }] }),
  },
  problems: [400, 401, 403, 429, 503],
};

const info: RouteDescription = {
  operationId: 'readInfo',
  tag: 'Administration',
  summary: 'Read the state of the hub',
  description: 'It tells of the hub that answers, and not of the others of its cluster.',
  right: 'admin',
  answer: {
    description: 'The state of this hub.',
    body: json('Info', {
      version: '0.1.0',
      connections: 1,
      channels: 1,
      uptime_seconds: 4,
      draining: false,
      log: { ready: true, position: 'f233a1b2c3d4e5f6-44', entries: 3, bytes: 648 },
    }),
  },
  problems: [400, 401, 403, 429, 503],
};

const disconnect: RouteDescription = {
  operationId: 'disconnect',
  tag: 'Administration',
  summary: 'Close connections',
  description:
    'Of one user or one client, on all hubs. Whether their clients come back is what the close code says (PROTOCOL.md, section 4). To keep a user out, revoke the tokens as well.',
  right: 'admin',
  bodies: [json('Disconnect', { user: 'alice', code: 4403, reason: 'the account is closed' })],
  answer: { description: 'This hub has closed them, and the others were told.' },
  problems: [400, 401, 403, 413, 415, 429, 503],
};

const revocations: RouteDescription = {
  operationId: 'revokeTokens',
  tag: 'Administration',
  summary: 'Revoke tokens',
  description:
    'Of a user, one by its `jti`, or those of everybody that were issued before a moment. Connections with them end on all hubs (4401), and no hub admits them again. API keys are revoked by `ws-hub key revoke`.',
  right: 'admin',
  bodies: [json('Revocation', { user: 'alice' })],
  answer: { description: 'They count no more.' },
  problems: [400, 401, 403, 413, 415, 429, 503],
};

export const adminRoutes = { channels, info, disconnect, revocations };
