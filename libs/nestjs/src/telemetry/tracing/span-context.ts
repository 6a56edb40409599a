import {
  type Context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type SpanContext,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { readTraceparent, traceparentOf } from '@ws-hub/protocol';

/** Parses a traceparent. @returns undefined if it is invalid */
export function readSpanContext(traceparent: string): SpanContext | undefined {
  const parent = readTraceparent(traceparent);
  if (parent === undefined) return undefined;
  const { traceId, spanId, isSampled } = parent;
  return {
    traceId,
    spanId,
    traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
  };
}

export function isSampled({ traceFlags }: SpanContext): boolean {
  return (traceFlags & TraceFlags.SAMPLED) !== 0;
}

/** Formats a span as a traceparent. */
export function traceparentOfSpan(context: SpanContext): string {
  return traceparentOf({ ...context, isSampled: isSampled(context) });
}

/** A context with only this span: a connection outlives the context in which it began. */
export function contextOf(parent: SpanContext | undefined): Context {
  return parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
}

/** The active span as a traceparent; undefined if there is none. */
export function activeTrace(): string | undefined {
  const context = trace.getActiveSpan()?.spanContext();
  return context !== undefined && isSpanContextValid(context) ? traceparentOfSpan(context) : undefined;
}
