import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { KeyFile, V1Client } from '@ws-hub/testing';
import { HubModule } from '../src/hub.module.js';
import { HubService } from '../src/hub.service.js';
import { createApp, listenOn, PLATFORMS } from './nest/nest-app.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const TRACEPARENT = `00-${TRACE}-${SPAN}-01`;
/** Makes the application create a span of its own around the request. */
const RECORDED = 'x-recorded';

const exporter = new InMemorySpanExporter();
const sdk = new NodeSDK({
  spanProcessors: [new SimpleSpanProcessor({ exporter })],
  metricReaders: [],
  logRecordProcessors: [],
  autoDetectResources: false,
});

beforeAll(() => sdk.start());
afterAll(() => sdk.shutdown());

describe.each(PLATFORMS)('an application on %s that records traces', (_name, adapter) => {
  const keys = new KeyFile();
  const key = keys.add('backend', 'publish:>');
  let app: INestApplication;
  let hub: HubService;
  let port: number;

  beforeAll(async () => {
    app = await createApp(adapter(), {
      imports: [HubModule.forRoot({ apiKeysFile: keys.path, http: true })],
    });
    app.use((request: { headers: Record<string, string> }, _response: unknown, next: () => void) => {
      if (request.headers[RECORDED] === undefined) next();
      else inSpan('request', next);
    });
    hub = app.get(HubService);
    port = await listenOn(app);
  });
  afterAll(() => app.close());
  beforeEach(() => exporter.reset());

  function inSpan<Result>(name: string, task: () => Result): Result {
    return trace.getTracer('app').startActiveSpan(name, (span) => {
      span.end();
      return task();
    });
  }

  function post(path: string, body: unknown, headers: Readonly<Record<string, string>>): Promise<Response> {
    const init = { method: 'POST', body: JSON.stringify(body) };
    const all = { 'X-API-Key': key, 'Content-Type': 'application/json', ...headers };
    return fetch(`http://127.0.0.1:${port}/v1/${path}`, { ...init, headers: all });
  }

  const say = (headers: Readonly<Record<string, string>>) =>
    post('channels/main/messages', { content: 'hi' }, headers);
  const published = (): ReadableSpan[] =>
    exporter.getFinishedSpans().filter(({ name }) => name === 'hub.publish');
  const parents = () => published().map(({ parentSpanContext }) => parentSpanContext?.spanId);
  const idOf = (name: string) =>
    exporter
      .getFinishedSpans()
      .find((span) => span.name === name)
      ?.spanContext().spanId;

  test('publishes in the active span, and in a trace of its own if there is none', async () => {
    await inSpan('work', () => hub.publish('main', 'hi'));
    await hub.publish('main', 'hi');
    expect(parents()).toEqual([idOf('work'), undefined]);
    expect(idOf('work')).toBeDefined();
  });

  test('continues the trace of a hub.v1 client', async () => {
    const client = await V1Client.join(`ws://127.0.0.1:${port}/ws`);
    client.send({ type: 'publish', key: 'k', content: 'hi', trace: TRACEPARENT });
    await client.next('ack');
    expect(parents()).toEqual([SPAN]);
    await client.close();
  });

  test('continues the trace in the header of a request, for each message of a batch', async () => {
    await say({ traceparent: TRACEPARENT });
    const item = { channel: 'main', content: 'hi' };
    await post('messages', [item, item], { traceparent: TRACEPARENT });
    expect(parents()).toEqual([SPAN, SPAN, SPAN]);
  });

  test('begins a new trace if the header is invalid', async () => {
    for (const traceparent of ['nonsense', `${TRACEPARENT}, ${TRACEPARENT}`, 'x'.repeat(1_000)])
      expect((await say({ traceparent })).status).toBe(200);
    expect(parents()).toEqual([undefined, undefined, undefined]);
    expect(new Set(published().map((span) => span.spanContext().traceId)).size).toBe(3);
  });

  test('that has a span for the request continues that', async () => {
    await say({ [RECORDED]: 'yes', traceparent: TRACEPARENT });
    expect(parents()).toEqual([idOf('request')]);
  });

  test('exposes no traces of stored messages', async () => {
    await hub.publish('kept', 'hi');
    expect((await hub.history('kept')).map((message) => 'trace' in message)).toEqual([false]);
  });
});
