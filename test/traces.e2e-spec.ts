import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { HubClient } from '@ws-hub/hub-client';
import { HubHttpClient } from '@ws-hub/hub-client/http';
import { type CollectedSpan, KeyFile, NatsServer, Program, TraceCollector } from '@ws-hub/testing';
import { describeWithNats } from './nats.js';

const SECRET = 'the secret that all hubs of a cluster share';
const PUBLISHED = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
const POSTED = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const traceparent = ({ traceId, spanId }: typeof PUBLISHED) => `00-${traceId}-${spanId}-01`;

describeWithNats('a message with a trace, in a cluster of two hubs', () => {
  let nats: NatsServer;
  let collector: TraceCollector;
  const ended: string[] = [];

  /** Publishes in both ways to the first hub, and receives on the second; then both end, and have exported their spans. */
  beforeAll(async () => {
    [nats, collector] = await Promise.all([NatsServer.start(), TraceCollector.start()]);
    const keys = new KeyFile();
    const env = {
      NATS_URL: nats.url,
      HUB_SECRET: SECRET,
      API_KEYS_FILE: keys.path,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      // Later than the end of the hub, which must not wait for it.
      OTEL_BSP_SCHEDULE_DELAY: '600000',
      OTEL_TRACES_SAMPLER: 'parentbased_always_off',
    };
    const apiKey = keys.add('shop', 'publish:>');
    const hubs = await Promise.all(['hub-a', 'hub-b'].map((name) => startTracedHub(name, env)));
    const [a, b] = hubs as [Started, Started];
    const [alice, bob] = [new HubClient({ url: a.url }), new HubClient({ url: b.url })];
    const heard = bob.messages();
    const isHere = new Promise((resolve) => bob.on('connected', resolve));
    bob.start();
    await isHere;
    alice.start();
    await alice.publish('not recorded');
    await alice.publish('over hub.v1', { trace: traceparent(PUBLISHED) });
    const shop = new HubHttpClient({ url: `http://127.0.0.1:${a.port}`, apiKey });
    await shop.publish('main', 'over HTTP', { trace: traceparent(POSTED) });
    for (let at = 0; at < 3; at++) ended.push((await heard.next()).value?.content ?? '');
    await Promise.all([alice.close(), bob.close()]);
    await Promise.all(hubs.map(({ hub }) => endOf(hub)));
  });
  afterAll(async () => {
    await collector.stop();
    await nats.end();
  });

  test.each([
    ['the client library', PUBLISHED],
    ['the HTTP client', POSTED],
  ])('of %s is one trace, from its sender to the other hub', (_who, sender) => {
    expect(ended).toEqual(['not recorded', 'over hub.v1', 'over HTTP']);
    const spans = collector.spans.filter(({ traceId }) => traceId === sender.traceId);
    const [publish] = named(spans, 'hub.publish') as [CollectedSpan];
    expect(
      spans
        .map(({ name, parentSpanId, resource }) => [resource['service.name'], name, parentSpanId])
        .toSorted(),
    ).toEqual([
      ['hub-a', 'hub.append', publish.spanId],
      ['hub-a', 'hub.deliver', publish.spanId],
      ['hub-a', 'hub.publish', sender.spanId],
      ['hub-b', 'hub.deliver', publish.spanId],
    ]);
    const { traceId, spanId } = publish;
    for (const deliver of named(spans, 'hub.deliver'))
      expect(deliver.links).toMatchObject([{ traceId, spanId }]);
    expect(publish.attributes).toMatchObject({
      'messaging.destination.name': 'main',
      'ws_hub.outcome': 'stored',
    });
  });

  test('has on each hub the number of recipients, and one that is not sampled has no spans', () => {
    const recipients = named(collector.spans, 'hub.deliver').map(({ traceId, resource, attributes }) => [
      traceId,
      resource['service.name'],
      attributes['ws_hub.recipients'],
    ]);
    // A sender does not receive its own messages; an HTTP client is not among the listeners.
    expect(recipients.toSorted()).toEqual([
      [POSTED.traceId, 'hub-a', 1],
      [POSTED.traceId, 'hub-b', 1],
      [PUBLISHED.traceId, 'hub-a', 0],
      [PUBLISHED.traceId, 'hub-b', 1],
    ]);
  });

  test('does not contain the command line', () => {
    const names = collector.spans.flatMap(({ resource }) => Object.keys(resource));
    expect(names).toContain('service.instance.id');
    expect(names.filter((name) => /^process\./.test(name))).toEqual([]);
  });
});

interface Started {
  readonly hub: Program;
  readonly port: number;
  readonly url: string;
}

async function startTracedHub(name: string, env: NodeJS.ProcessEnv): Promise<Started> {
  const args = ['--port', '0', '--host', '127.0.0.1', '--metrics-port', '0', '--otel-service-name', name];
  const hub = Program.start(['server', ...args], env);
  const port = Number((await hub.event('listening')).port);
  return { hub, port, url: `ws://127.0.0.1:${port}/ws` };
}

async function endOf(hub: Program): Promise<void> {
  hub.process.kill('SIGTERM');
  await hub.exited;
}

function named(spans: readonly CollectedSpan[], name: string): CollectedSpan[] {
  return spans.filter((span) => span.name === name);
}
