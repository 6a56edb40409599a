import {
  type Context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type SpanContext,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { readTraceparent, traceparentOf } from '@ws-hub/protocol';

/** The span that a traceparent names. @returns undefined if it is none */
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

/** A span as it travels. */
export function traceparentOfSpan(context: SpanContext): string {
  return traceparentOf({ ...context, isSampled: isSampled(context) });
}

/** A context with this span in it and nothing else: a connection lives longer than what was active when it began. */
export function contextOf(parent: SpanContext | undefined): Context {
  return parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
}

/** The span that is active where this is called, as it travels; undefined if there is none. */
export function activeTrace(): string | undefined {
  const context = trace.getActiveSpan()?.spanContext();
  return context !== undefined && isSpanContextValid(context) ? traceparentOfSpan(context) : undefined;
}
