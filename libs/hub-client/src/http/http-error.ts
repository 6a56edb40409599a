import { CLOSE_CODES } from '@ws-hub/protocol';
import { readRetryAfter } from '../retry-after.js';
import { meansNoAccess } from '../verdict.js';
import type { FetchResponse } from './fetch.js';

/** Maximum characters of an answer that is not a problem object; a proxy may send a whole page. */
const MAX_DETAIL_LENGTH = 200;
const UNAVAILABLE_STATUSES: readonly number[] = [500, 502, 503, 504];
/** Error codes of connections that were never established. */
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

/** A request that the hub rejected, or that failed before an answer. */
export class HubHttpError extends Error {
  override readonly name = 'HubHttpError';
  /** The status of the response; undefined if there was none. */
  readonly status: number | undefined;
  /** The kind of problem in a few words. */
  readonly title: string;
  /** Human-readable: what was wrong, and what is allowed. */
  readonly detail: string;
  /** How long the hub asks the client to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** The channels that the error is about, if the hub names them. */
  readonly channels: readonly string[] | undefined;
  /** The close code with which the hub ended an event stream (PROTOCOL.md, "Close codes"). */
  readonly closeCode: number | undefined;
  /** Whether the request may have been carried out nevertheless. */
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

  /** Whether the same request may succeed later. */
  get isTemporary(): boolean {
    const { status } = this;
    return status === undefined || status === 408 || status === 429 || status >= 500;
  }

  /** Whether the cause is that the credentials are invalid or missing. */
  get meansNoAccess(): boolean {
    const { closeCode: code, status: httpStatus, detail: reason } = this;
    if (code === undefined && httpStatus === undefined) return false;
    return meansNoAccess({ code: code ?? 0, reason, ...(httpStatus !== undefined && { httpStatus }) });
  }

  /** The same error, for a request that an earlier attempt may have carried out. */
  inDoubt(): HubHttpError {
    return new HubHttpError({ ...this, isOutcomeUnknown: true }, { cause: this.cause });
  }
}

function textOf(status: number, title: string, detail: string): string {
  return `HTTP ${status}${title && ` ${title}`}${detail && `: ${detail}`}`;
}

/** The error for an unsuccessful response. */
export async function errorOf(response: FetchResponse): Promise<HubHttpError> {
  const { status, headers } = response;
  return new HubHttpError({
    status,
    retryAfterMs: readRetryAfter(headers.get('retry-after')),
    isOutcomeUnknown: UNAVAILABLE_STATUSES.includes(status),
    ...explanationOf(await response.text()),
  });
}

/** The error for a problem within a response, for one of several items. */
export function problemError(value: unknown): HubHttpError {
  const { status, ...explanation } = problemIn(value);
  return new HubHttpError({
    status,
    ...explanation,
    isOutcomeUnknown: UNAVAILABLE_STATUSES.includes(status ?? 500),
  });
}

/** The error for a missing response. @param wasTried the request may have arrived, unless the cause rules it out */
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

/** The causes of a fetch failure, the one nearest to the network first. A name with several addresses has several. */
function causesOf(error: unknown): Failure[] {
  if (typeof error !== 'object' || error === null) return [];
  const { cause, errors }: Failure = error;
  const behind = [cause, ...(Array.isArray(errors) ? errors : [])];
  return [...behind.flatMap(causesOf), error];
}
