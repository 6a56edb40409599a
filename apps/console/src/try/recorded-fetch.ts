import { EventStreamParser, type Fetch, type FetchInit, type FetchResponse } from '@ws-hub/hub-client/http';
import type { FrameLog } from './frame-log.js';
import type { Line } from './line.js';

const EVENT_STREAM = 'text/event-stream';
const LAST_EVENT_ID = 'last-event-id';

/** A `fetch` for the HTTP client whose requests and events are recorded, and which fails when the line is cut. */
export function recordedFetch(frames: FrameLog, line: Line, send: typeof fetch): Fetch {
  return async (url, init) => {
    if (line.isCut) {
      frames.note('no network: the request fails');
      throw new TypeError('the connection is cut');
    }
    record(frames, url, init);
    const cut = new AbortController();
    const leave = line.use(() => {
      frames.note('the connection is cut');
      cut.abort(new TypeError('the connection is cut'));
    });
    const response = await send(url, { ...init, signal: AbortSignal.any([init.signal, cut.signal]) });
    return recorded(response, frames, leave);
  };
}

/** The `Authorization` is a secret and not shown. */
function record(frames: FrameLog, url: string, { method, headers, body }: FetchInit): void {
  const since = headers[LAST_EVENT_ID];
  const { pathname, search } = new URL(url);
  const request = `${method} ${pathname}${search}`;
  if (since !== undefined) frames.note(`${request}, Last-Event-ID: ${since}`, since);
  else if (body === undefined) frames.note(request);
  else frames.sent(`${request} ${body}`);
}

async function recorded(response: Response, frames: FrameLog, leave: () => void): Promise<FetchResponse> {
  const { status, headers, body } = response;
  if (body !== null && status === 200 && headers.get('content-type')?.startsWith(EVENT_STREAM)) {
    frames.note('200, an event stream');
    return { status, headers, body: body.pipeThrough(recorder(frames, leave)), text: () => response.text() };
  }
  const text = await response.text();
  leave();
  frames.received(`${status} ${text}`);
  return { status, headers, body: null, text: async () => text };
}

/** Lets the bytes through, and records the events that they are. */
function recorder(frames: FrameLog, onEnd: () => void): TransformStream<Uint8Array, Uint8Array> {
  const parser = new EventStreamParser();
  return new TransformStream({
    transform(bytes, controller) {
      for (const { data } of parser.push(bytes)) frames.received(data);
      controller.enqueue(bytes);
    },
    flush: onEnd,
  });
}
