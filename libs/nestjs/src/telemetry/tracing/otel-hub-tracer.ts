import { type SpanContext, SpanKind, TraceFlags, type Tracer } from '@opentelemetry/api';
import type {
  Clock,
  DeliverySpan,
  HubTracer,
  Publisher,
  PublishRequest,
  PublishSpan,
  TracedEntry,
} from '@ws-hub/hub';
import { AskedTraces } from './asked-traces.js';
import { OtelPublishSpan } from './otel-publish-span.js';
import { ATTRIBUTE, attributesOf } from './span-attributes.js';
import { activeTrace, contextOf, isSampled, readSpanContext } from './span-context.js';

/**
 * Records messages as OpenTelemetry spans: `hub.publish` with its child `hub.append` on the hub that receives a
 * message, and `hub.deliver` once on each hub of the log, as a child of `hub.publish` that also links to it. Spans
 * contain no message content.
 */
export class OtelHubTracer implements HubTracer {
  private readonly asked: AskedTraces;

  constructor(
    private readonly tracer: Tracer,
    clock: Pick<Clock, 'monotonicMs'>,
  ) {
    this.asked = new AskedTraces(clock);
  }

  publishing(request: PublishRequest, sender: Publisher | undefined): PublishSpan | undefined {
    const { channel, clientId, content } = request;
    // The attributes that samplers may use. The others are only set on recorded spans.
    const attributes = { [ATTRIBUTE.channel]: channel };
    const parent = this.parentOf(request, sender);
    const span = this.tracer.startSpan(
      'hub.publish',
      { kind: SpanKind.PRODUCER, attributes },
      contextOf(parent),
    );
    if (!isSampled(span.spanContext())) return undefined;
    span.setAttributes({
      ...attributesOf('publish', channel),
      [ATTRIBUTE.operationType]: 'send',
      [ATTRIBUTE.clientId]: clientId,
      [ATTRIBUTE.bodyBytes]: Buffer.byteLength(content),
    });
    return new OtelPublishSpan(this.tracer, span, channel);
  }

  delivering({ channel, trace }: TracedEntry, id: string, recipients: number): DeliverySpan | undefined {
    const context = readSpanContext(trace);
    if (context === undefined) return undefined;
    const attributes = {
      ...attributesOf('deliver', channel),
      [ATTRIBUTE.messageId]: id,
      [ATTRIBUTE.recipients]: recipients,
    };
    const options = { kind: SpanKind.CONSUMER, attributes, links: [{ context }] };
    const span = this.tracer.startSpan('hub.deliver', options, contextOf(context));
    return { done: () => span.end() };
  }

  active(): string | undefined {
    return activeTrace();
  }

  /** The application may have recorded as much as it likes; clients may not. */
  private parentOf(
    { trace, clientId }: PublishRequest,
    sender: Publisher | undefined,
  ): SpanContext | undefined {
    const parent = trace === undefined ? undefined : readSpanContext(trace);
    if (parent === undefined || sender === undefined || !isSampled(parent)) return parent;
    return this.asked.allow(clientId) ? parent : { ...parent, traceFlags: TraceFlags.NONE };
  }
}
