import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request of the application's platform: Express uses Node's own, Fastify wraps it. */
export interface PlatformRequest {
  readonly raw?: IncomingMessage;
  readonly params: Readonly<Record<string, string | undefined>>;
  /** The body as a body parser of the application or the server has parsed it; undefined if none has read it. */
  readonly body?: unknown;
}

interface PlatformResponse {
  readonly raw?: ServerResponse;
}

export function rawRequestOf(request: Pick<PlatformRequest, 'raw'>): IncomingMessage {
  return request.raw ?? (request as unknown as IncomingMessage);
}

export function rawResponseOf(response: PlatformResponse): ServerResponse {
  return response.raw ?? (response as unknown as ServerResponse);
}

/** Whether the response has been sent, or the client has left. */
export function isClosed(response: ServerResponse): boolean {
  return response.closed || response.destroyed;
}

/** Runs a callback when the response has been sent, or the client has left. */
export function onceClosed(response: ServerResponse, task: () => void): void {
  if (isClosed(response)) task();
  else response.once('close', task);
}
