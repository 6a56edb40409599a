import { STATUS_CODES } from 'node:http';
import type { RefusalReason } from '../gateway/admission.js';

const SECOND_MS = 1_000;

/** Problem details, as in the response (RFC 9457). */
export interface ProblemDetails {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  /** For people: what was wrong, and what is allowed. */
  readonly detail: string;
  /** The channels that the problem is about. */
  readonly channels?: readonly string[];
}

export interface ProblemExtras {
  readonly headers?: Readonly<Record<string, string>>;
  readonly channels?: readonly string[];
  /** The reason in the metric of refusals; left out for errors that only the sender needs to know. */
  readonly reason?: RefusalReason | undefined;
}

/** A request that fails. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly headers: Readonly<Record<string, string>>;
  readonly reason: RefusalReason | undefined;
  private readonly channels: readonly string[] | undefined;

  /** @param status one that docs/openapi.yaml names for the route */
  constructor(
    readonly status: number,
    detail: string,
    { headers = {}, channels, reason }: ProblemExtras = {},
  ) {
    super(detail);
    this.headers = headers;
    this.channels = channels;
    this.reason = reason;
  }

  get details(): ProblemDetails {
    const { status, message: detail, channels } = this;
    const title = STATUS_CODES[status] ?? 'Error';
    return { type: 'about:blank', title, status, detail, ...(channels !== undefined && { channels }) };
  }
}

/** A problem after which the client may retry. @param waitMs milliseconds; sent as whole seconds, at least one */
export function tryAgain(status: 429 | 503, detail: string, waitMs: number, reason?: RefusalReason): Problem {
  const seconds = Math.max(1, Math.ceil(waitMs / SECOND_MS));
  return new Problem(status, detail, { headers: { 'Retry-After': String(seconds) }, reason });
}
