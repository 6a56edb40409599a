import type { Guard } from '../guard.js';
import type { PublishOutcome, PublishRequest } from '../publishing/publish-request.js';
import type { Publisher } from '../publishing/speaker.js';
import type { DeliverySpan, HubTracer, PublishSpan, TracedEntry } from './hub-tracer.js';

/** Calls the tracer; its bugs end here. */
export class Tracing {
  private tracer: HubTracer | undefined;
  /** Spans of entries in the next flush. There are never more than messages that wait for it. */
  private unflushed: DeliverySpan[] = [];

  constructor(private readonly guard: Guard) {}

  /** Whether a tracer is set. */
  get isOn(): boolean {
    return this.tracer !== undefined;
  }

  begin(tracer: HubTracer): void {
    this.tracer = tracer;
  }

  /** The active span. */
  active(): string | undefined {
    return this.tracer?.active();
  }

  /** @returns undefined if this message is not recorded */
  publishing(request: PublishRequest, sender: Publisher | undefined): PublishSpan | undefined {
    let span: PublishSpan | undefined;
    this.guard.run('trace', () => {
      span = this.tracer?.publishing(request, sender);
    });
    return span;
  }

  appending(span: PublishSpan): void {
    this.guard.run('trace', () => span.appending());
  }

  settled(span: PublishSpan, outcome: PublishOutcome, id: string | undefined): void {
    this.guard.run('trace', () => span.settled(outcome, id));
  }

  /** @param isWritten whether nothing of it waits for the next flush */
  delivering(entry: TracedEntry, id: string, recipients: number, isWritten: boolean): void {
    this.guard.run('trace', () => {
      const span = this.tracer?.delivering(entry, id, recipients);
      if (isWritten) span?.done();
      else if (span !== undefined) this.unflushed.push(span);
    });
  }

  /** Everything that waited was written. */
  flushed(): void {
    if (this.unflushed.length === 0) return;
    const spans = this.unflushed;
    this.unflushed = [];
    for (const span of spans) this.guard.run('trace', () => span.done());
  }
}
