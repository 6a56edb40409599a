/** The header that carries the trace of a request (W3C Trace Context, section 3.2). */
export const TRACE_HEADER = 'traceparent';

/** Maximum characters of a traceparent; one of version 00 has 55. */
export const MAX_TRACE_LENGTH = 128;

/** The rule for a traceparent, as error messages state it. */
export const TRACE_RULE = `a W3C traceparent of at most ${MAX_TRACE_LENGTH} characters`;

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const INVALID_VERSION = 'ff';
const CURRENT_VERSION = '00';
const NO_TRACE = '0'.repeat(32);
const NO_SPAN = '0'.repeat(16);
const SAMPLED = 1;

/** The span of another program that becomes the parent here. */
export interface TraceParent {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** Whether the trace is recorded. */
  readonly isSampled: boolean;
}

/** Parses a traceparent of any version (W3C Trace Context, sections 3.2 and 4). @returns undefined if it is invalid */
export function readTraceparent(text: string): TraceParent | undefined {
  if (text.length > MAX_TRACE_LENGTH) return undefined;
  const [, version, traceId = NO_TRACE, spanId = NO_SPAN, flags = '', more] = TRACEPARENT.exec(text) ?? [];
  if (version === INVALID_VERSION || traceId === NO_TRACE || spanId === NO_SPAN) return undefined;
  if (version === CURRENT_VERSION && more !== undefined) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & SAMPLED) !== 0 };
}

/** Formats a traceparent of version 00. */
export function traceparentOf({ traceId, spanId, isSampled }: TraceParent): string {
  return `${CURRENT_VERSION}-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}
