import type { IncomingMessage, ServerResponse } from 'node:http';
import { CLOSE, EVENT_STREAM } from '@ws-hub/protocol';
import type { Problem } from '../http/problem.js';
import { retryAdvice, streamEvent } from './sse.encoder.js';
import { STREAM_HEADERS } from './sse-transport.js';

const TEMPORARY = new Set([429, 503]);
const SECOND_MS = 1_000;

/**
 * Sends the EventSource of a page back for a while. It comes back after the end of a stream, and never after another status
 * than 200, which its page cannot read either. So what passes by itself is said in a stream.
 *
 * @returns false for everybody else, who is to be answered by the status
 */
export function sendBack(request: IncomingMessage, response: ServerResponse, problem: Problem): boolean {
  if (!TEMPORARY.has(problem.status) || !isEventSource(request) || response.headersSent) return false;
  const waitMs = Number(problem.headers['Retry-After'] ?? 1) * SECOND_MS;
  // Spread over as long again: whatever sends one back sends many.
  const retry = retryAdvice(waitMs * (1 + Math.random()));
  const closed = streamEvent({ type: 'closed', code: CLOSE.tryAgainLater, reason: problem.message });
  response.writeHead(200, STREAM_HEADERS).end(Buffer.concat([retry, closed]));
  return true;
}

/** Only browsers say how a page fetches (Fetch Metadata); other clients see the status, and may decide by it. */
function isEventSource({ headers }: IncomingMessage): boolean {
  return headers.accept === EVENT_STREAM && headers['sec-fetch-mode'] !== undefined;
}
