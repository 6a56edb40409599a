import { DEFAULT_CHANNELS, MAX_CHANNELS } from '../http/http.schemas.js';
import { json, type RouteDescription } from './http-route.js';
import { limitOf } from './parameters.js';

const channels: RouteDescription = {
  operationId: 'listChannels',
  tag: 'Administration',
  summary: 'List the channels',
  description: 'Channels with listeners on the hub that answers, sorted by name.',
  right: 'admin',
  parameters: [
    {
      name: 'prefix',
      in: 'query',
      description: 'Only channels whose names begin with this prefix.',
      schema: { type: 'string' },
      example: 'orders',
    },
    {
      name: 'cursor',
      in: 'query',
      description: 'The `cursor` of the previous page.',
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
  description: 'Covers the hub that answers, not the other hubs of its cluster.',
  right: 'admin',
  answer: {
    description: 'The state of this hub.',
    body: json('Info', {
      version: '0.2.0',
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
    'Closes the connections of one user or one client, on all hubs. The close code tells clients whether to reconnect (PROTOCOL.md, section 4). To keep a user out, revoke the tokens as well.',
  right: 'admin',
  bodies: [json('Disconnect', { user: 'alice', code: 4403, reason: 'the account is closed' })],
  answer: { description: 'This hub has closed the connections, and notified the other hubs.' },
  problems: [400, 401, 403, 413, 415, 429, 503],
};

const revocations: RouteDescription = {
  operationId: 'revokeTokens',
  tag: 'Administration',
  summary: 'Revoke tokens',
  description:
    'Revokes the tokens of a user, one token by its `jti`, or all tokens issued before a point in time. Connections with these tokens close on all hubs (4401), and no hub accepts the tokens again. `ws-hub key revoke` revokes API keys.',
  right: 'admin',
  bodies: [json('Revocation', { user: 'alice' })],
  answer: { description: 'The tokens are revoked.' },
  problems: [400, 401, 403, 413, 415, 429, 503],
};

export const adminRoutes = { channels, info, disconnect, revocations };
