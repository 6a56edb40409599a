import { TRACE_HEADER } from '@ws-hub/protocol';
import type { Timers } from '../timers.js';
import type { Fetch, FetchResponse, Signal } from './fetch.js';
import type { HttpCredentials } from './http-credentials.js';
import { errorOf, HubHttpError, lostError } from './http-error.js';
import { Retries, type RetrySettings } from './retries.js';
import { wait } from './wait.js';

const GIVEN_UP = 'the request was aborted';

/** A request to the hub. */
export interface HubRequest {
  readonly method: 'GET' | 'POST';
  /** Relative to the URL of the hub, with its query. */
  readonly path: string;
  readonly body?: unknown;
  /** The parent span: a W3C traceparent, sent with each attempt. */
  readonly trace?: string | undefined;
  /** Whether the request is idempotent. */
  readonly isRepeatable: boolean;
}

/** Called after a failed attempt, with the delay before the next one in milliseconds. */
export type OnRetry = (error: HubHttpError, delayMs: number, attempt: number) => void;

export interface RequestSettings extends RetrySettings {
  /** The URL of the hub without a trailing slash. */
  readonly base: string;
  readonly fetch: Fetch;
  readonly credentials: HttpCredentials;
  /** For one attempt. */
  readonly timeoutMs: number;
  readonly timers: Timers;
  /** Aborts running requests. */
  readonly signal: Signal | undefined;
  readonly onRetry: OnRetry;
}

/** Sends requests, with retries where these help and do no harm. */
export class Requests {
  constructor(private readonly settings: RequestSettings) {}

  retries(): Retries {
    return new Retries(this.settings);
  }

  /**
   * Resolves with the JSON of the response; undefined if it has none.
   *
   * @param retries the attempts so far, if the request is one of several for the same purpose
   * @throws HubHttpError
   */
  async send(request: HubRequest, retries = this.retries()): Promise<unknown> {
    if (this.settings.signal?.aborted) throw lostError(new Error(GIVEN_UP), false);
    for (;;) {
      retries.begin();
      try {
        return await this.attempt(request);
      } catch (error) {
        if (!(error instanceof HubHttpError)) throw error;
        await this.waitAfter(error, request, retries);
      }
    }
  }

  /** Resolves when the next attempt may start. @throws HubHttpError if there is to be none */
  async waitAfter(
    error: HubHttpError,
    { isRepeatable }: Pick<HubRequest, 'isRepeatable'>,
    retries: Retries,
  ): Promise<void> {
    const { signal, timers, onRetry } = this.settings;
    const waitMs = retries.waitAfter(error, isRepeatable);
    const final = retries.areInDoubt ? error.inDoubt() : error;
    if (waitMs === undefined || signal?.aborted) throw final;
    onRetry(error, waitMs, retries.count);
    await wait(waitMs, timers, signal);
    if (signal?.aborted) throw final;
  }

  private async attempt(request: HubRequest): Promise<unknown> {
    const shown = await this.shown();
    try {
      return await this.exchange(request, shown);
    } catch (error) {
      const isRejected = error instanceof HubHttpError && error.status === 401;
      if (!isRejected || !(await this.renewed(shown))) throw error;
      return this.exchange(request, await this.shown());
    }
  }

  private async exchange(request: HubRequest, shown: string | undefined): Promise<unknown> {
    const { timers, timeoutMs, signal } = this.settings;
    const ending = new AbortController();
    const abandon = () => ending.abort(new Error(GIVEN_UP));
    const cancel = timers.after(timeoutMs, () =>
      ending.abort(new Error(`no response within ${timeoutMs} ms`)),
    );
    signal?.addEventListener('abort', abandon);
    if (signal?.aborted) abandon();
    try {
      return await this.answerTo(request, shown, ending.signal);
    } catch (error) {
      throw error instanceof HubHttpError ? error : lostError(error);
    } finally {
      cancel();
      signal?.removeEventListener('abort', abandon);
    }
  }

  private async answerTo(
    { method, path, body, trace }: HubRequest,
    shown: string | undefined,
    signal: AbortSignal,
  ): Promise<unknown> {
    const { fetch, base } = this.settings;
    const response = await fetch(`${base}${path}`, {
      method,
      headers: {
        ...(shown !== undefined && { authorization: `Bearer ${shown}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(trace !== undefined && { [TRACE_HEADER]: trace }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      // Following a redirect would send the credentials elsewhere.
      redirect: 'manual',
      signal,
    });
    if (response.status < 200 || response.status > 299) throw await errorOf(response);
    return contentOf(response);
  }

  private async shown(): Promise<string | undefined> {
    return orNoCredentials(this.settings.credentials.get());
  }

  private renewed(rejected: string | undefined): Promise<boolean> {
    return orNoCredentials(this.settings.credentials.renew(rejected));
  }
}

/** @throws HubHttpError instead of a TokenError */
export async function orNoCredentials<Value>(asked: Promise<Value>): Promise<Value> {
  try {
    return await asked;
  } catch (cause) {
    throw new HubHttpError({ title: 'No Credentials', detail: (cause as Error).message }, { cause });
  }
}

async function contentOf(response: FetchResponse): Promise<unknown> {
  const text = await response.text();
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw badAnswer(response.status);
  }
}

/** Something other than a hub has answered. */
export function badAnswer(status = 200): HubHttpError {
  return new HubHttpError({
    status,
    title: 'Bad Answer',
    detail: 'the server is not a ws-hub of this version',
    isOutcomeUnknown: true,
  });
}
