import type { FrameRecorder } from './frame-log.js';
import type { Line } from './line.js';

/** What is asked of the hub. */
export interface PaneRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** `authorization` is a secret and not shown. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** In the frames: the position from which a stream resumes. */
  readonly since?: string | undefined;
}

/**
 * A request that is recorded.
 *
 * @throws TypeError without a network; the error of the signal
 */
export async function recordedFetch(
  request: PaneRequest,
  { frames, line }: { readonly frames: FrameRecorder; readonly line: Line },
  signal: AbortSignal,
): Promise<Response> {
  const { url, since: _, ...init } = request;
  if (line.isCut) {
    frames.note('no network: the request fails');
    throw cutError();
  }
  record(request, frames);
  return fetch(url, { ...init, redirect: 'manual', signal });
}

/** Does something over the line, which fails when that is cut, and when the signal says so. */
export async function over<Result>(
  line: Line,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const cut = new AbortController();
  const leave = line.use(() => cut.abort(cutError()));
  try {
    return await work(AbortSignal.any([signal, cut.signal]));
  } finally {
    leave();
  }
}

/** The error that `fetch` throws without a network. */
function cutError(): TypeError {
  return new TypeError('the connection is cut');
}

function record({ method, url, body, since }: PaneRequest, frames: FrameRecorder): void {
  const { pathname, search } = new URL(url);
  const request = `${method} ${pathname}${search}`;
  if (since !== undefined) frames.note(`${request}, Last-Event-ID: ${since}`, since);
  else if (body === undefined) frames.note(request);
  else frames.sent(`${request} ${body}`);
}
