import type { ServerResponse } from 'node:http';
import { type ArgumentsHost, Catch, Injectable } from '@nestjs/common';
import { CLOSE, EVENT_STREAM } from '@ws-hub/protocol';
import { type PlatformRequest, rawRequestOf, rawResponseOf } from '../http/platform.js';
import { ProblemFilter } from '../http/problem.filter.js';
import { Problem } from '../http/problem.js';
import { retryAdvice, streamEvent } from './sse.encoder.js';
import { STREAM_HEADERS } from './sse-transport.js';

const TEMPORARY = new Set([429, 503]);
const SECOND_MS = 1_000;

/**
 * Answers requests that never become a stream.
 *
 * An EventSource comes back after the end of a stream, and never after another status than 200; its page cannot read that
 * either. So what passes by itself is said in a stream.
 */
@Catch()
@Injectable()
export class StreamFilter extends ProblemFilter {
  override catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = rawRequestOf(http.getRequest<PlatformRequest>());
    const response = http.getResponse<{ raw?: ServerResponse; hijack?(): void }>();
    const isTemporary = exception instanceof Problem && TEMPORARY.has(exception.status);
    if (!isTemporary || !isEventSource(request) || rawResponseOf(response).headersSent) {
      super.catch(exception, host);
      return;
    }
    response.hijack?.();
    sendBack(rawResponseOf(response), exception);
  }
}

function sendBack(response: ServerResponse, { message, headers }: Problem): void {
  const waitMs = Number(headers['Retry-After'] ?? 1) * SECOND_MS;
  // Spread over as long again: whatever sends one back sends many.
  const retry = retryAdvice(waitMs * (1 + Math.random()));
  const closed = streamEvent({ type: 'closed', code: CLOSE.tryAgainLater, reason: message });
  response.writeHead(200, STREAM_HEADERS).end(Buffer.concat([retry, closed]));
}

/** Only browsers say how a page fetches (Fetch Metadata); other clients see the status, and may decide by it. */
function isEventSource({ headers }: { headers: NodeJS.Dict<string | string[]> }): boolean {
  return headers.accept === EVENT_STREAM && headers['sec-fetch-mode'] !== undefined;
}
