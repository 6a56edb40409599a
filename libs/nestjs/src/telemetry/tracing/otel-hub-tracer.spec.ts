import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import {
  AlwaysOnSampler,
  InMemorySpanExporter,
  ParentBasedSampler,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import {
  type Access,
  type Entry,
  HUB_DEFAULTS,
  Hub,
  type MessageLog,
  memoryLog,
  type PublishRequest,
  plainEncoder,
  Speaker,
} from '@ws-hub/hub';
import { ArrayTransport, TestClock, testEnvironment } from '@ws-hub/hub/testing';
import { nextTurn } from '@ws-hub/testing';
import { MAX_OF_ALL, MAX_OF_CLIENT } from './asked-traces.js';
import { registeredTracer } from './registered-tracer.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const SAMPLED = `00-${TRACE}-${SPAN}-01`;
const NOT_SAMPLED = `00-${TRACE}-${SPAN}-00`;

let clock: TestClock;
let log: MessageLog;
let hub: Hub;
let exporter: InMemorySpanExporter;
let heard: Entry[];

async function begin(sampler?: Sampler): Promise<void> {
  clock = new TestClock();
  log = memoryLog()(testEnvironment(clock));
  hub = new Hub(HUB_DEFAULTS, log, clock);
  heard = [];
  hub.events.attach({ entry: (entry) => heard.push(entry) });
  exporter = new InMemorySpanExporter();
  trace.disable();
  if (sampler === undefined) return;
  const spanProcessors = [new SimpleSpanProcessor({ exporter })];
  trace.setGlobalTracerProvider(new TracerProvider({ sampler, spanProcessors }));
  const tracer = await registeredTracer(clock);
  if (tracer !== undefined) hub.trace(tracer);
}

function listen(clientId: string, ...channels: string[]): ArrayTransport {
  const transport = new ArrayTransport();
  const member = { clientId, channel: 'main', remoteAddress: '::1', encoder: plainEncoder };
  hub.listen(hub.join(transport, member), { clientId, channels: new Set(channels) });
  return transport;
}

function say(change: Partial<PublishRequest> = {}, access?: Access): void {
  const request = { clientId: 'alice', channel: 'main', content: 'a secret', ...change };
  const { clientId, channel } = request;
  hub.publish(request, undefined, new Speaker(clientId, access, hub.accountOf(clientId), '::1', channel));
}

const spans = (name?: string): ReadableSpan[] =>
  exporter.getFinishedSpans().filter((span) => name === undefined || span.name === name);
const span = (name: string) => spans(name)[0] as ReadableSpan;
const idOf = (each: ReadableSpan) => each.spanContext().spanId;

const parentBased = (ratio: number) => new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) });

beforeEach(() => begin(new AlwaysOnSampler()));
afterEach(() => trace.disable());

describe('a message that is recorded', () => {
  test('is a span of its publishing, in it one of the append, and one of its delivery that links to it', async () => {
    listen('bob', 'main');
    say({ trace: SAMPLED });
    await nextTurn();
    expect(spans().map(({ name }) => name)).toEqual(['hub.append', 'hub.publish', 'hub.deliver']);
    const [publish, append, deliver] = [span('hub.publish'), span('hub.append'), span('hub.deliver')];
    for (const each of spans()) expect(each.spanContext().traceId).toBe(TRACE);
    expect(publish.parentSpanContext).toMatchObject({ spanId: SPAN, isRemote: true });
    expect(append.parentSpanContext?.spanId).toBe(idOf(publish));
    expect(deliver.parentSpanContext?.spanId).toBe(idOf(publish));
    expect(deliver.links.map(({ context }) => context.spanId)).toEqual([idOf(publish)]);
    expect(spans().map(({ kind }) => kind)).toEqual([
      SpanKind.INTERNAL,
      SpanKind.PRODUCER,
      SpanKind.CONSUMER,
    ]);
  });

  test('has its channel, its sender and its number of recipients, and never its content', async () => {
    for (const clientId of ['bob', 'carol', 'dora']) listen(clientId, 'main');
    for (const channel of ['main', 'main', 'elsewhere']) listen('alice', channel);
    listen('eve', 'elsewhere');
    say();
    await nextTurn();
    const common = { 'messaging.system': 'ws_hub', 'messaging.destination.name': 'main' };
    const stored = { 'messaging.message.id': `${log.epoch}-1`, 'ws_hub.outcome': 'stored' };
    expect(span('hub.publish').attributes).toEqual({
      ...common,
      ...stored,
      'messaging.operation.name': 'publish',
      'messaging.operation.type': 'send',
      'messaging.client.id': 'alice',
      'messaging.message.body.size': 8,
    });
    expect(span('hub.append').attributes).toEqual({
      ...common,
      ...stored,
      'messaging.operation.name': 'append',
    });
    expect(span('hub.deliver').attributes).toEqual({
      ...common,
      'messaging.message.id': `${log.epoch}-1`,
      'messaging.operation.name': 'deliver',
      'ws_hub.recipients': 3,
    });
    expect(JSON.stringify(spans().map(({ attributes, status }) => [attributes, status]))).not.toContain(
      'secret',
    );
  });

  test('is delivered when it was written to its subscribers', async () => {
    const bob = listen('bob', 'main');
    say();
    expect([spans('hub.deliver').length, bob.written.length]).toEqual([0, 0]);
    await nextTurn();
    expect([spans('hub.deliver').length, bob.written.length]).toEqual([1, 1]);
  });

  test('without subscribers is delivered at once, to nobody', () => {
    say();
    expect(span('hub.deliver').attributes).toMatchObject({ 'ws_hub.recipients': 0 });
  });

  test('that is too large to wait for others is delivered at once', () => {
    const bob = listen('bob', 'main');
    say({ content: 'x'.repeat(300 * 1024) });
    expect([spans('hub.deliver').length, bob.written.length]).toEqual([1, 1]);
  });

  test('carries the span of its publishing in the log, where another hub continues it', () => {
    say({ trace: SAMPLED });
    expect(heard.map((entry) => entry.trace)).toEqual([`00-${TRACE}-${idOf(span('hub.publish'))}-01`]);
  });

  test('of another hub is delivered in the trace of that hub', () => {
    log.append({
      ...{ channel: 'main', clientId: 'al', key: 'k', timestamp: 1, content: '' },
      trace: SAMPLED,
    });
    expect(spans().map(({ name }) => name)).toEqual(['hub.deliver']);
    expect(span('hub.deliver').parentSpanContext).toMatchObject({ traceId: TRACE, spanId: SPAN });
  });
});

describe('the outcome of a message', () => {
  test('that was stored before names the first one, is not an error, and is not delivered again', () => {
    say({ key: 'k' });
    exporter.reset();
    say({ key: 'k' });
    expect(spans().map(({ name }) => name)).toEqual(['hub.append', 'hub.publish']);
    expect(span('hub.publish').attributes).toMatchObject({
      'ws_hub.outcome': 'duplicate',
      'messaging.message.id': `${log.epoch}-1`,
    });
    expect(span('hub.publish').status.code).toBe(SpanStatusCode.UNSET);
  });

  test('that is forbidden is an error, and nothing is appended', () => {
    say({}, hub.accessOf({ rights: [{ match: 'main', allow: ['subscribe'] }] }));
    expect(spans().map(({ name }) => name)).toEqual(['hub.publish']);
    expect(span('hub.publish').attributes).toMatchObject({
      'ws_hub.outcome': 'forbidden',
      'error.type': 'forbidden',
    });
    expect(span('hub.publish').status).toEqual({
      code: SpanStatusCode.ERROR,
      message: 'this client may not publish on main',
    });
  });

  test('that the log could not store is an error of its append, too', async () => {
    const tracer = await registeredTracer(clock);
    const recorded = tracer?.publishing({ clientId: 'alice', channel: 'main', content: '' }, undefined);
    recorded?.appending();
    recorded?.settled({ result: 'unavailable', reason: 'too late' }, undefined);
    const error = { code: SpanStatusCode.ERROR, message: 'too late' };
    expect(spans().map(({ name, status }) => [name, status])).toEqual([
      ['hub.append', error],
      ['hub.publish', error],
    ]);
    expect(span('hub.append').attributes).toMatchObject({ 'error.type': 'unavailable' });
  });
});

describe('what is recorded', () => {
  test.each([
    ['everything that its client has recorded', SAMPLED, 0, 3],
    ['nothing that its client has not', NOT_SAMPLED, 1, 0],
    ['what the sampler chooses, of clients without traces', undefined, 1, 3],
    ['nothing that it does not choose', undefined, 0, 0],
    ['what it chooses of those whose trace is none', 'nonsense', 1, 3],
    ['what it chooses of those whose trace is too long', `cc-${TRACE}-${SPAN}-01-${'x'.repeat(99)}`, 1, 3],
  ])('is %s', async (_what, parent, ratio, count) => {
    await begin(parentBased(ratio));
    say({ trace: parent });
    expect(spans().length).toBe(count);
    expect(heard[0]?.trace === undefined).toBe(count === 0);
  });

  test('of one client is bounded, by the second, however often it asks for it', async () => {
    await begin(parentBased(0));
    for (let at = 0; at < MAX_OF_CLIENT + 5; at++) say({ trace: SAMPLED });
    expect([spans('hub.publish').length, log.size]).toEqual([MAX_OF_CLIENT, MAX_OF_CLIENT + 5]);
    say({ trace: SAMPLED, clientId: 'bob' });
    expect(spans('hub.publish').length).toBe(MAX_OF_CLIENT + 1);
    clock.nowMs += 1_000;
    say({ trace: SAMPLED });
    expect(spans('hub.publish').length).toBe(MAX_OF_CLIENT + 2);
  });

  test('of all clients is bounded, and that of the application is not', async () => {
    await begin(parentBased(0));
    for (let at = 0; at < MAX_OF_ALL + 5; at++) say({ trace: SAMPLED, clientId: `client-${at}` });
    expect(spans('hub.publish').length).toBe(MAX_OF_ALL);
    hub.publish({ clientId: 'hub', channel: 'main', content: '', trace: SAMPLED });
    expect(spans('hub.publish').length).toBe(MAX_OF_ALL + 1);
  });
});

describe('a hub without an SDK', () => {
  test('records nothing, and sends no trace on', async () => {
    await begin();
    expect(await registeredTracer(clock)).toBeUndefined();
    say({ trace: SAMPLED });
    expect([hub.isTraced, heard[0]?.trace]).toEqual([false, undefined]);
  });
});

test('a bug of the SDK costs a message nothing but its spans', async () => {
  const bug = new Error('a bug of the SDK');
  await begin({
    shouldSample: () => {
      throw bug;
    },
  });
  const failures: unknown[] = [];
  hub.events.attach({ failed: (what, error) => failures.push([what, error]) });
  const bob = listen('bob', 'main');
  say();
  await nextTurn();
  expect([failures, bob.written.length]).toEqual([[['trace', bug]], 1]);
});
