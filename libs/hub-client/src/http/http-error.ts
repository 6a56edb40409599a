import { CLOSE_CODES } from '@ws-hub/protocol';
import { readRetryAfter } from '../retry-after.js';
import { meansNoAccess } from '../verdict.js';
import type { FetchResponse } from './fetch.js';

/** Characters of an answer that is no problem object; a proxy may send a whole page. */
const MAX_DETAIL_LENGTH = 200;
const UNAVAILABLE_STATUSES: readonly number[] = [500, 502, 503, 504];
/** What a connection fails with that was never there. */
const NEVER_CONNECTED: readonly unknown[] = [
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
];

export interface HubHttpErrorDetails {
  readonly status?: number | undefined;
  readonly title: string;
  readonly detail: string;
  readonly retryAfterMs?: number | undefined;
  readonly channels?: readonly string[] | undefined;
  readonly closeCode?: number | undefined;
  readonly isOutcomeUnknown?: boolean | undefined;
}

/** What the hub refuses, or what keeps a request from it. */
export class HubHttpError extends Error {
  override readonly name = 'HubHttpError';
  /** Of the answer; undefined if none came. */
  readonly status: number | undefined;
  /** The kind of problem in a few words. */
  readonly title: string;
  /** For people: what was wrong, and what is allowed. */
  readonly detail: string;
  /** How long the hub asks to be left alone, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** The channels that it is about, where the hub names them. */
  readonly channels: readonly string[] | undefined;
  /** The close code with which the hub has ended an event stream (PROTOCOL.md, "Close codes"). */
  readonly closeCode: number | undefined;
  /** Whether what was asked for may have been done all the same. */
  readonly isOutcomeUnknown: boolean;

  constructor(details: HubHttpErrorDetails, options?: ErrorOptions) {
    const { status, title, detail } = details;
    super(status === undefined ? detail : textOf(status, title, detail), options);
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.retryAfterMs = details.retryAfterMs;
    this.channels = details.channels;
    this.closeCode = details.closeCode;
    this.isOutcomeUnknown = details.isOutcomeUnknown ?? false;
  }

  /** Whether the same again may do better. */
  get isTemporary(): boolean {
    const { status } = this;
    return status === undefined || status === 408 || status === 429 || status >= 500;
  }

  /** Whether the credentials are the reason, or that there are none. */
  get meansNoAccess(): boolean {
    const { closeCode: code, status: httpStatus, detail: reason } = this;
    if (code === undefined && httpStatus === undefined) return false;
    return meansNoAccess({ code: code ?? 0, reason, ...(httpStatus !== undefined && { httpStatus }) });
  }

  /** The same, of a request that an earlier attempt may have carried out. */
  inDoubt(): HubHttpError {
    return new HubHttpError({ ...this, isOutcomeUnknown: true }, { cause: this.cause });
  }
}

function textOf(status: number, title: string, detail: string): string {
  return `HTTP ${status}${title && ` ${title}`}${detail && `: ${detail}`}`;
}

/** What an answer says that is not the one hoped for. */
export async function errorOf(response: FetchResponse): Promise<HubHttpError> {
  const { status, headers } = response;
  return new HubHttpError({
    status,
    retryAfterMs: readRetryAfter(headers.get('retry-after')),
    isOutcomeUnknown: UNAVAILABLE_STATUSES.includes(status),
    ...explanationOf(await response.text()),
  });
}

/** A problem that stands in an answer, for one of several things asked for. */
export function problemError(value: unknown): HubHttpError {
  const { status, ...explanation } = problemIn(value);
  return new HubHttpError({
    status,
    ...explanation,
    isOutcomeUnknown: UNAVAILABLE_STATUSES.includes(status ?? 500),
  });
}

/** No answer came. @param wasTried the request may have arrived, unless the cause shows that it cannot */
export function lostError(cause: unknown, wasTried = true): HubHttpError {
  const causes = causesOf(cause);
  const messages = causes.map(({ message }) => String(message ?? ''));
  const detail = messages.find((message) => message !== '' && message !== 'fetch failed');
  const never = causes.some(({ code }) => NEVER_CONNECTED.includes(code));
  return new HubHttpError(
    { title: 'No Answer', detail: detail ?? 'the connection broke', isOutcomeUnknown: wasTried && !never },
    { cause },
  );
}

/** The hub has ended an event stream. */
export function closedError(closeCode: number, reason: string): HubHttpError {
  const title = CLOSE_CODES.find(({ code }) => code === closeCode)?.name ?? '';
  return new HubHttpError({
    title,
    closeCode,
    detail: `closed with ${closeCode} ${reason || title}`.trimEnd(),
  });
}

function explanationOf(text: string) {
  const { title, detail, channels } = problemIn(parsed(text));
  return { title, channels, detail: detail || text.slice(0, MAX_DETAIL_LENGTH).trim() };
}

function problemIn(value: unknown) {
  const { status, title, detail, channels } = Object(value) as Readonly<Record<string, unknown>>;
  return {
    status: typeof status === 'number' ? status : undefined,
    title: typeof title === 'string' ? title : '',
    detail: typeof detail === 'string' ? detail : '',
    channels: Array.isArray(channels) ? channels.map(String) : undefined,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface Failure {
  readonly message?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

/** What stands behind a failure of fetch, the nearest to the network first; a name with several addresses has several. */
function causesOf(error: unknown): Failure[] {
  if (typeof error !== 'object' || error === null) return [];
  const { cause, errors }: Failure = error;
  const behind = [cause, ...(Array.isArray(errors) ? errors : [])];
  return [...behind.flatMap(causesOf), error];
}
