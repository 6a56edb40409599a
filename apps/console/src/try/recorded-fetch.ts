import type { FrameLog } from './frame-log.js';
import type { Line } from './line.js';

/** What is asked of the hub. */
export interface PaneRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** `authorization` is a secret and not shown. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** In the frames: where a stream is to go on. */
  readonly since?: string | undefined;
}

/**
 * A request that is recorded, and which fails when the line is cut.
 *
 * @param signal ends it
 * @throws TypeError without a network; the error of the signal
 */
export async function recordedFetch(
  request: PaneRequest,
  { frames, line }: { readonly frames: FrameLog; readonly line: Line },
  signal: AbortSignal,
): Promise<Response> {
  const { url, since, ...init } = request;
  if (line.isCut) {
    frames.note('no network: the request fails');
    throw new TypeError('the connection is cut');
  }
  record(request, frames);
  const cut = new AbortController();
  line.use(() => {
    // What has ended already does not notice.
    if (!signal.aborted) cut.abort(new TypeError('the connection is cut'));
  });
  return fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.any([signal, cut.signal]) });
}

function record({ method, url, body, since }: PaneRequest, frames: FrameLog): void {
  const { pathname, search } = new URL(url);
  const request = `${method} ${pathname}${search}`;
  if (since !== undefined) frames.note(`${request}, Last-Event-ID: ${since}`, since);
  else if (body === undefined) frames.note(request);
  else frames.sent(`${request} ${body}`);
}
