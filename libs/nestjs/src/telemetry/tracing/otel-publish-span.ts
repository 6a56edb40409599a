import { type Span, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import type { PublishOutcome, PublishSpan } from '@ws-hub/hub';
import { ATTRIBUTE, attributesOf } from './span-attributes.js';
import { contextOf, traceparentOfSpan } from './span-context.js';

/** Outcomes without a stored message, for a reason that the sender is told. */
type Failure = Exclude<PublishOutcome, { result: 'stored' | 'duplicate' }>;

/** `hub.publish`, from the arrival of a message until its result is known to the sender, with its child `hub.append`. */
export class OtelPublishSpan implements PublishSpan {
  readonly traceparent: string;
  private append: Span | undefined;

  constructor(
    private readonly tracer: Tracer,
    private readonly span: Span,
    private readonly channel: string,
  ) {
    this.traceparent = traceparentOfSpan(span.spanContext());
  }

  appending(): void {
    const options = { kind: SpanKind.INTERNAL, attributes: attributesOf('append', this.channel) };
    this.append = this.tracer.startSpan('hub.append', options, contextOf(this.span.spanContext()));
  }

  settled(outcome: PublishOutcome, id: string | undefined): void {
    for (const span of [this.append, this.span]) {
      if (span === undefined) continue;
      span.setAttribute(ATTRIBUTE.outcome, outcome.result);
      if (id !== undefined) span.setAttribute(ATTRIBUTE.messageId, id);
      if ('reason' in outcome) fail(span, outcome);
      span.end();
    }
  }
}

function fail(span: Span, { result, reason }: Failure): void {
  span.setAttribute(ATTRIBUTE.errorType, result);
  span.setStatus({ code: SpanStatusCode.ERROR, message: reason });
}
