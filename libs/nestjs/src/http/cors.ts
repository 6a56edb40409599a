import type { IncomingMessage, ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { GATEWAY_OPTIONS, type GatewayOptions } from '../gateway/gateway-options.js';
import type { HttpOptions } from './http-options.js';
import { Problem } from './problem.js';

const ALLOWED_HEADERS = 'Authorization, X-API-Key, Content-Type, Idempotency-Key, Last-Event-ID, traceparent';
const ALLOWED_METHODS = 'GET, POST, OPTIONS';
/** Response headers that browsers hide from pages by default. */
const EXPOSED_HEADERS = 'Retry-After';
/** Seconds. Chromium caches the answer for at most two hours. */
const MAX_AGE = '7200';

type CorsOptions = Pick<GatewayOptions, 'allowedOrigins' | 'authCookie'> &
  Pick<HttpOptions, 'httpCorsOrigins'>;

/** The origins that may send requests. None means all origins, without cookies. */
export function corsOriginsOf({ httpCorsOrigins, allowedOrigins }: CorsOptions): readonly string[] {
  return httpCorsOrigins.length > 0 ? httpCorsOrigins : allowedOrigins;
}

/** Tells browsers which pages may send requests and read the responses (Fetch standard, section 3.2). */
@Injectable()
export class Cors {
  private readonly origins: ReadonlySet<string>;
  private readonly hasCookie: boolean;

  constructor(@Inject(GATEWAY_OPTIONS) options: CorsOptions) {
    this.origins = new Set(corsOriginsOf(options));
    this.hasCookie = options.authCookie !== '';
  }

  /**
   * Sets the headers of every response.
   *
   * @throws Problem 403 if the page's origin is not allowed
   */
  allow({ headers: { origin } }: IncomingMessage, response: ServerResponse): void {
    if (this.origins.size > 0) response.appendHeader('Vary', 'Origin');
    if (origin === undefined) return;
    if (this.origins.size === 0) response.setHeader('Access-Control-Allow-Origin', '*');
    else if (this.origins.has(origin)) this.allowOnly(origin, response);
    else throw new Problem(403, 'pages of this origin may not send requests', { reason: 'origin' });
    response.setHeader('Access-Control-Expose-Headers', EXPOSED_HEADERS);
  }

  /** Adds the headers of a preflight response. */
  allowPreflight(response: ServerResponse): void {
    response.setHeader('Access-Control-Allow-Methods', ALLOWED_METHODS);
    response.setHeader('Access-Control-Allow-Headers', ALLOWED_HEADERS);
    response.setHeader('Access-Control-Max-Age', MAX_AGE);
  }

  private allowOnly(origin: string, response: ServerResponse): void {
    response.setHeader('Access-Control-Allow-Origin', origin);
    if (this.hasCookie) response.setHeader('Access-Control-Allow-Credentials', 'true');
  }
}
