import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request as the platform of an application has it: Express's is Node's own, Fastify's has that in it. */
export interface PlatformRequest {
  readonly raw?: IncomingMessage;
  readonly params: Readonly<Record<string, string | undefined>>;
  /** What a body parser of the application or the server has made of the body; undefined if none has read it. */
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

/** Whether an answer has left, or its client has. */
export function isClosed(response: ServerResponse): boolean {
  return response.closed || response.destroyed;
}

/** Does something when an answer has left, or its client has. */
export function onceClosed(response: ServerResponse, task: () => void): void {
  if (isClosed(response)) task();
  else response.once('close', task);
}
