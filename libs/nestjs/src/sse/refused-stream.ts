import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { CLOSE, EVENT_STREAM } from '@ws-hub/protocol';
import type { Problem } from '../http/problem.js';
import { retryAdvice, streamEvent } from './sse.encoder.js';
import { STREAM_HEADERS, type StreamResponse } from './sse-transport.js';

const TEMPORARY = new Set([429, 503]);
const SECOND_MS = 1_000;

/** Answers a request that never becomes a stream; ends a response that somebody else has begun. */
export function refuseStream(
  request: IncomingMessage,
  response: StreamResponse,
  problem: Problem,
  cors: OutgoingHttpHeaders,
): void {
  if (response.headersSent) response.destroy();
  else if (TEMPORARY.has(problem.status) && isEventSource(request)) sendBack(response, problem, cors);
  else answer(response, problem, cors);
}

/** RFC 9457. */
function answer(response: StreamResponse, problem: Problem, cors: OutgoingHttpHeaders): void {
  const body = Buffer.from(JSON.stringify(problem.details));
  response.writeHead(problem.status, {
    ...cors,
    ...problem.headers,
    'Cache-Control': 'no-store',
    'Content-Type': 'application/problem+json',
    'Content-Length': body.length,
  });
  response.end(body);
}

/**
 * An EventSource comes back after the end of a stream, and never after another status than 200; its page cannot read that
 * either. So what passes by itself is said in a stream.
 */
function sendBack(response: StreamResponse, { message, headers }: Problem, cors: OutgoingHttpHeaders): void {
  const waitMs = Number(headers['Retry-After'] ?? 1) * SECOND_MS;
  response.writeHead(200, { ...STREAM_HEADERS, ...cors });
  // Spread over as long again: whatever sends one back sends many.
  const retry = retryAdvice(waitMs * (1 + Math.random()));
  const closed = streamEvent({ type: 'closed', code: CLOSE.tryAgainLater, reason: message });
  response.end(Buffer.concat([retry, closed]));
}

/** Only browsers say how a page fetches (Fetch Metadata); other clients see the status, and may decide by it. */
function isEventSource({ headers }: IncomingMessage): boolean {
  return headers.accept === EVENT_STREAM && headers['sec-fetch-mode'] !== undefined;
}
