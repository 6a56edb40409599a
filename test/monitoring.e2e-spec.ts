import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { HubHttpClient } from '@ws-hub/hub-client/http';
import {
  EventReceiver,
  freePort,
  KeyFile,
  Program,
  TestClient,
  TraceCollector,
  V1Client,
} from '@ws-hub/testing';
import { parse } from 'yaml';
import {
  configurationFor,
  NO_PROMETHEUS,
  PrometheusServer,
  prometheus,
  type Series,
} from './monitoring/prometheus.js';
import { dashboardQueries, rules, variables } from './monitoring/queries.js';
import { read } from './repository.js';

/** Queries that have no data here, and why. */
const WITHOUT_DATA: Readonly<Record<string, string>> = {
  'Handler calls': 'only applications with a hub inside have handlers',
};
/** Alerts about a hub without enough CPU. They say nothing about the hub where many tests share two cores. */
const OF_A_BUSY_MACHINE: readonly string[] = ['HubEventLoopIsLate', 'HubStalls'];
const DATA_WITHIN_MS = 30_000;
const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';

if (prometheus === undefined) process.stderr.write(`${NO_PROMETHEUS}\n`);

test('Prometheus is installed, where CI is set', () => {
  expect({ isMissing: prometheus === undefined && Boolean(process.env.CI), NO_PROMETHEUS }).toMatchObject({
    isMissing: false,
  });
});

(prometheus === undefined ? describe.skip : describe)('a Prometheus that scrapes a hub with clients', () => {
  let receiver: EventReceiver;
  let collector: TraceCollector;
  let hub: Program;
  let server: PrometheusServer;
  let url: string;
  let http: HubHttpClient;
  let waitedMs = 0;

  beforeAll(async () => {
    [receiver, collector] = await Promise.all([EventReceiver.start(), TraceCollector.start()]);
    const keys = new KeyFile();
    const apiKey = keys.add('shop', 'publish:>');
    const metricsPort = await freePort();
    const target = `127.0.0.1:${metricsPort}`;
    [hub, server] = await Promise.all([
      startHub(metricsPort, {
        API_KEYS_FILE: keys.path,
        WEBHOOK_URL: receiver.url,
        WEBHOOK_SECRET: 'oak-lamp-river-violin-quartz-72-moss',
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      }),
      PrometheusServer.start(configurationFor(target, '250ms'), composeOptions()),
    ]);
    const { port } = await hub.event('listening');
    url = `ws://127.0.0.1:${port}/ws`;
    http = new HubHttpClient({ url: `http://127.0.0.1:${port}`, apiKey });
    // One that only listens, so that the hub pings it.
    await TestClient.connect(url);
  });
  afterAll(async () => {
    await Promise.all([hub.kill(), server.stop(), receiver.stop(), collector.stop()]);
  });

  /** A little of everything that a hub counts: publishing clients, one that resumes, refusals, requests. */
  async function talk(): Promise<void> {
    const [alice, bob, carol] = await Promise.all([
      V1Client.join(url),
      V1Client.join(url),
      TestClient.connect(url),
    ]);
    for (let n = 0; n < 20; n++) alice.publish(`key-${n}-${performance.now()}`, 'said');
    await Promise.all([bob.take(20), carol.take(20), alice.take(20)]);
    await carol.close();
    const back = await V1Client.join(url, { since: bob.welcome.position });
    await back.take(20);
    await post();
    await expect(TestClient.connect(`${url}?channel=`)).rejects.toThrow('400');
    await Promise.all([alice, bob, back].map((client) => client.close()));
  }

  async function post(): Promise<void> {
    const postedAtMs = performance.now();
    await http.publish('main', 'posted', { trace: `00-${TRACE_ID}-00f067aa0ba902b7-01` });
    waitedMs += performance.now() - postedAtMs;
  }

  test('gets OpenMetrics, with the trace id of a publish next to its duration', async () => {
    // Before the others publish: a bucket exposes its newest value, and the first hundred traced ones of a second are
    // timed.
    await post();
    await server.scraped();
    const query = new URLSearchParams({
      query: 'hub_publish_duration_seconds_bucket',
      start: String(Date.now() / 1_000 - 600),
      end: String(Date.now() / 1_000 + 600),
    });
    const found = await server.ask<Exemplars[]>(`query_exemplars?${query}`);
    const ids = found.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels.trace_id));
    expect(ids).toContain(TRACE_ID);
  });

  test('has data for every query of the dashboard', async () => {
    const untilMs = performance.now() + DATA_WITHIN_MS;
    let missing = dashboardQueries;
    while (missing.length > Object.keys(WITHOUT_DATA).length && performance.now() < untilMs) {
      await talk();
      const answers = await Promise.all(missing.map(({ expr }) => server.query(expr)));
      missing = missing.filter((_, at) => !hasData(answers[at] ?? []));
    }
    expect(missing.map(({ place }) => place)).toEqual(Object.keys(WITHOUT_DATA));
    for (const [metric, label] of variables) {
      const series = await server.query(metric);
      expect(series.map(({ metric: labels }) => labels[label])).toEqual([expect.stringMatching(/./)]);
    }
  });

  test('gets durations of requests no longer than their client waited', async () => {
    const [sum] = await server.query('hub_http_request_duration_seconds_sum{route="publish"}');
    expect(Number(sum?.value[1]) * 1_000).toBeLessThanOrEqual(waitedMs);
  });

  test('reads the metrics without an error, as the job in the alerts', async () => {
    const { activeTargets } = await server.ask<{ activeTargets: Target[] }>('targets');
    expect(activeTargets).toMatchObject([{ health: 'up', lastError: '', labels: { job: 'ws-hub' } }]);
  });

  test('evaluates all rules, and no alert is about to fire for a healthy hub', async () => {
    const { groups } = await server.ask<{ groups: { rules: EvaluatedRule[] }[] }>('rules');
    const evaluated = groups.flatMap((group) => group.rules);
    expect(evaluated.map(({ name }) => name)).toEqual(rules.map(({ alert }) => alert));
    expect(evaluated.filter(({ health }) => health !== 'ok')).toEqual([]);
    const about = evaluated.filter(({ state }) => state !== 'inactive').map(({ name }) => name);
    expect(about.filter((name) => !OF_A_BUSY_MACHINE.includes(name))).toEqual([]);
  });
});

interface Target {
  readonly health: string;
  readonly lastError: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface Exemplars {
  readonly exemplars: readonly { readonly labels: Readonly<Record<string, string>> }[];
}

interface EvaluatedRule {
  readonly name: string;
  readonly health: string;
  readonly state: string;
}

function hasData(series: readonly Series[]): boolean {
  return series.some(({ value: [, value] }) => value !== 'NaN');
}

async function startHub(metricsPort: number, env: NodeJS.ProcessEnv): Promise<Program> {
  const args = ['--port', '0', '--host', '127.0.0.1', '--metrics-port', String(metricsPort)];
  return Program.start(['server', ...args, '--ping-interval', '100', '--ping-timeout', '30000'], env);
}

/** The Prometheus options of docker-compose.yml, except for paths. */
function composeOptions(): string[] {
  const { services } = parse(read('docker-compose.yml')) as {
    services: { prometheus: { command: string[] } };
  };
  return services.prometheus.command.filter(
    (option) => !/^--(config\.file|storage\.tsdb\.path)=/.test(option),
  );
}
