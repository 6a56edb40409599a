import { ACCESS_TOKEN_PARAMETER } from '@ws-hub/protocol';
import type { RouteDescription } from './http-route.js';

/** How the caller of a request is known. */
export const SECURITY_SCHEMES = {
  apiKey: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'wsh_ID_SECRET',
    description: 'An API key, which `ws-hub key create` makes, in `Authorization: Bearer`.',
  },
  apiKeyHeader: {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
    description: 'The same in a header of its own.',
  },
  token: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'A token that a WebSocket client may show as well; the request has the rights of its user.',
  },
  cookie: {
    type: 'apiKey',
    in: 'cookie',
    name: 'AUTH_COOKIE',
    description:
      'A token, for pages of the same site and of `HTTP_CORS_ORIGINS`. The option `AUTH_COOKIE` names the cookie; there is none by default.',
  },
  query: {
    type: 'apiKey',
    in: 'query',
    name: ACCESS_TOKEN_PARAMETER,
    description:
      'A token, for an EventSource, which can set no header. Proxies may log it. An API key is not taken here.',
  },
} as const;

type SchemeName = keyof typeof SECURITY_SCHEMES;

const KEYS: readonly SchemeName[] = ['apiKey', 'apiKeyHeader'];
const ANYBODY: readonly SchemeName[] = [...KEYS, 'token', 'cookie'];

/** The ways of which a caller takes one; the empty one is nobody in particular, who may do what the operator allows. */
export function securityOf({
  right,
  tag,
}: RouteDescription): readonly Readonly<Record<string, readonly string[]>>[] {
  if (right === 'admin') return KEYS.map(way);
  const names = tag === 'Events' ? [...ANYBODY, 'query' as const] : ANYBODY;
  return [...names.map(way), {}];
}

function way(name: SchemeName): Readonly<Record<string, readonly string[]>> {
  return { [name]: [] };
}
