import type { IncomingMessage } from 'node:http';

/** Which pages may read answers. */
export interface CorsOptions {
  /** Empty: those of `allowedOrigins`. */
  readonly httpCorsOrigins: readonly string[];
  /** Empty: all. */
  readonly allowedOrigins: readonly string[];
}

/**
 * The headers that let a page of another origin read an answer (Fetch, section 3.3). Where all pages may, none of them may
 * with cookies.
 */
export function corsHeaders(
  { headers: { origin } }: IncomingMessage,
  { httpCorsOrigins, allowedOrigins }: CorsOptions,
): Readonly<Record<string, string>> {
  const origins = httpCorsOrigins.length > 0 ? httpCorsOrigins : allowedOrigins;
  if (origins.length === 0) return { 'Access-Control-Allow-Origin': '*' };
  if (origin === undefined || !origins.includes(origin)) return { Vary: 'Origin' };
  return {
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Credentials': 'true',
    Vary: 'Origin',
  };
}
