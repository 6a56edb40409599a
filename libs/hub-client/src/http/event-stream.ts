import type { Timers } from '../timers.js';
import { EventStreamParser, type StreamEvent } from './event-stream-parser.js';
import type { Fetch, FetchResponse, Signal } from './fetch.js';
import { errorOf, HubHttpError, lostError } from './http-error.js';
import { badAnswer } from './requests.js';

const EVENT_STREAM = /^text\/event-stream(;|$)/i;

export interface EventStreamOptions {
  readonly fetch: Fetch;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The last event id of an earlier stream. */
  readonly lastEventId: string | undefined;
  readonly maxEventLength: number | undefined;
  /** For the response headers. */
  readonly timeoutMs: number;
  /** A hub that has sent nothing for this long counts as gone. */
  readonly silenceTimeoutMs: number;
  readonly timers: Timers;
  readonly signal: Signal | undefined;
}

/**
 * The events of one stream, read no faster than the loop takes them. Returns when the stream ends or is aborted.
 *
 * @throws HubHttpError if the stream is rejected, or breaks
 */
export async function* eventStream(
  options: EventStreamOptions,
): AsyncGenerator<StreamEvent, void, undefined> {
  const { signal, lastEventId, maxEventLength, silenceTimeoutMs } = options;
  const ending = new AbortController();
  const end = () => ending.abort();
  signal?.addEventListener('abort', end);
  if (signal?.aborted) end();
  const watch = new Watch(ending, options.timers);
  const parser = new EventStreamParser(lastEventId, maxEventLength);
  try {
    const { body } = await watch.over(options.timeoutMs, open(options, ending.signal));
    if (body === null) throw badAnswer();
    const reader = body.getReader();
    for (;;) {
      // Only the wait for data can time out: a slow loop says nothing about the hub.
      const { done, value } = await watch.over(silenceTimeoutMs, reader.read());
      if (value !== undefined) yield* parser.push(value);
      if (done) return;
    }
  } catch (error) {
    if (signal?.aborted) return;
    throw errorFor(error);
  } finally {
    end();
    signal?.removeEventListener('abort', end);
  }
}

async function open(options: EventStreamOptions, signal: AbortSignal): Promise<FetchResponse> {
  const { fetch, url, headers, lastEventId } = options;
  const response = await fetch(url, {
    method: 'GET',
    headers: {
      ...headers,
      accept: 'text/event-stream',
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    },
    redirect: 'manual',
    signal,
  });
  if (response.status !== 200) throw await errorOf(response);
  if (!EVENT_STREAM.test(response.headers.get('content-type') ?? '')) throw badAnswer();
  return response;
}

function errorFor(error: unknown): unknown {
  if (error instanceof HubHttpError) return error;
  if (!(error instanceof RangeError)) return lostError(error);
  return new HubHttpError({ status: 200, title: 'Bad Answer', detail: error.message }, { cause: error });
}

/** Aborts what takes too long. */
class Watch {
  constructor(
    private readonly ending: AbortController,
    private readonly timers: Timers,
  ) {}

  async over<Value>(ms: number, waitedFor: Promise<Value>): Promise<Value> {
    const cancel = this.timers.after(ms, () =>
      this.ending.abort(new Error(`nothing was received for ${ms} ms`)),
    );
    try {
      return await waitedFor;
    } finally {
      cancel();
    }
  }
}
