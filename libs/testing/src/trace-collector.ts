import { AnsweringServer } from './answering-server.js';

/** A span in OTLP's JSON. */
export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Of the process that recorded it. */
  readonly resource: Readonly<Record<string, unknown>>;
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

type OtlpSpan = Omit<CollectedSpan, 'links' | 'attributes' | 'resource'> & {
  readonly links?: CollectedSpan['links'];
  readonly attributes: readonly Attribute[];
};

interface OtlpRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

/** A trace collector that accepts OTLP over HTTP as JSON (`http/json`) and keeps all spans. */
export class TraceCollector {
  readonly spans: CollectedSpan[] = [];

  private constructor(private readonly server: AnsweringServer) {
    server.behaviour = ({ body }) => {
      this.take(JSON.parse(body));
      return { headers: { 'content-type': 'application/json' }, body: '{}' };
    };
  }

  static async start(): Promise<TraceCollector> {
    return new TraceCollector(await AnsweringServer.start(() => 'silence'));
  }

  /** The value for `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  get url(): string {
    return this.server.url;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  private take({ resourceSpans }: OtlpRequest): void {
    for (const { resource, scopeSpans } of resourceSpans)
      for (const span of scopeSpans.flatMap(({ spans }) => spans))
        this.spans.push({
          ...span,
          links: span.links ?? [],
          attributes: valuesOf(span.attributes),
          resource: valuesOf(resource.attributes),
        });
  }
}

/** An attribute has one value, under the name of its type. */
function valuesOf(attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
