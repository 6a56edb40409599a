import type { IncomingMessage } from 'node:http';
import type { GatewayOptions } from '../gateway/gateway-options.js';
import { bodyTooLarge } from './bodies.js';
import type { HttpOptions } from './http-options.js';
import type { RouteName } from './http-routes.js';
import { Problem } from './problem.js';

/** JSON may encode each character as `\\u0000`, and adds a key and names to the content. */
const [MAX_ESCAPE_BYTES, MAX_FRAME_BYTES] = [6, 1_024];

/** The limits of a body. */
export type BodyLimits = Pick<HttpOptions, 'maxHttpBody'> & Pick<GatewayOptions, 'maxPayload'>;

/**
 * The number of bytes to reserve for a request's body: its Content-Length, or the maximum where there is none.
 *
 * @throws Problem 413 if it exceeds the limit for any body or for one message
 */
export function bodyLengthOf(
  { headers }: IncomingMessage,
  route: RouteName | undefined,
  { maxHttpBody, maxPayload }: BodyLimits,
): number {
  const length = Number(headers['content-length'] ?? maxHttpBody);
  if (!(length <= maxHttpBody)) throw bodyTooLarge(maxHttpBody);
  if (route !== 'publish' || headers['content-length'] === undefined) return length;
  if (/^text\/plain/i.test(headers['content-type'] ?? '')) {
    if (length > maxPayload)
      throw new Problem(413, `content may have at most ${maxPayload} bytes`, { reason: 'body_size' });
    return length;
  }
  const maxJson = MAX_ESCAPE_BYTES * maxPayload + MAX_FRAME_BYTES;
  if (length > maxJson) throw bodyTooLarge(maxJson);
  return length;
}
