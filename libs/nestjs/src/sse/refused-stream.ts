import type { IncomingMessage, ServerResponse } from 'node:http';
import { CLOSE, EVENT_STREAM } from '@ws-hub/protocol';
import type { Problem } from '../http/problem.js';
import { retryAdvice, streamEvent } from './sse.encoder.js';
import { STREAM_HEADERS } from './sse-transport.js';

const TEMPORARY = new Set([429, 503]);
const SECOND_MS = 1_000;

/**
 * Asks the EventSource of a page to retry later. An EventSource reconnects after the end of a stream, but never after a
 * status other than 200, which its page cannot read either. So temporary refusals are sent as a stream.
 *
 * @returns false for other clients, which get the status
 */
export function sendBack(request: IncomingMessage, response: ServerResponse, problem: Problem): boolean {
  if (!TEMPORARY.has(problem.status) || !isEventSource(request) || response.headersSent) return false;
  const waitMs = Number(problem.headers['Retry-After'] ?? 1) * SECOND_MS;
  // Spread over twice the wait: whatever rejects one listener rejects many.
  const retry = retryAdvice(waitMs * (1 + Math.random()));
  const closed = streamEvent({ type: 'closed', code: CLOSE.tryAgainLater, reason: problem.message });
  response.writeHead(200, STREAM_HEADERS).end(Buffer.concat([retry, closed]));
  return true;
}

/** Only browsers send Fetch Metadata. Other clients see the status and can act on it. */
function isEventSource({ headers }: IncomingMessage): boolean {
  return headers.accept === EVENT_STREAM && headers['sec-fetch-mode'] !== undefined;
}
