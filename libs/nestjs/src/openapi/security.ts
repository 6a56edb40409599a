import { ACCESS_TOKEN_PARAMETER } from '@ws-hub/protocol';
import type { RouteDescription } from './http-route.js';

/** The credentials that identify a caller. */
export const SECURITY_SCHEMES = {
  apiKey: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'wsh_ID_SECRET',
    description: 'An API key from `ws-hub key create`, in `Authorization: Bearer`.',
  },
  apiKeyHeader: {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
    description: 'The same key in its own header.',
  },
  token: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'A token, as WebSocket clients use it. The request has the rights of its user.',
  },
  cookie: {
    type: 'apiKey',
    in: 'cookie',
    name: 'AUTH_COOKIE',
    description:
      'A token, for pages of the same site and of `HTTP_CORS_ORIGINS`. The option `AUTH_COOKIE` sets the name of the cookie; the default is none.',
  },
  query: {
    type: 'apiKey',
    in: 'query',
    name: ACCESS_TOKEN_PARAMETER,
    description:
      'A token, for an EventSource, which cannot set headers. Proxies may log it. API keys are rejected here.',
  },
} as const;

type SchemeName = keyof typeof SECURITY_SCHEMES;

const KEYS: readonly SchemeName[] = ['apiKey', 'apiKeyHeader'];
const ANYBODY: readonly SchemeName[] = [...KEYS, 'token', 'cookie'];

/** The alternatives for a caller. The empty one is an anonymous caller, who has the rights that the operator allows. */
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
