import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { readConfig, StartError } from '@ws-hub/config';
import { serverCommand } from './config/server.config.js';
import { Traces } from './traces.js';

const ENDPOINT = 'http://127.0.0.1:4318';

/** What is asked of an SDK, and with which settings. */
let told: unknown[];
let shutdown: () => Promise<void>;

class Sdk {
  constructor(settings: unknown) {
    told.push(settings);
  }

  start(): void {
    told.push(process.env.OTEL_EXPORTER_OTLP_ENDPOINT);
  }

  shutdown(): Promise<void> {
    told.push('shutdown');
    return shutdown();
  }
}

function start(env: Readonly<Record<string, string>>, load = async () => ({ NodeSDK: Sdk })) {
  const config = readConfig(serverCommand, { argv: [], env: {}, dotenv: env });
  return Traces.start(config, load, 1);
}

beforeEach(() => {
  told = [];
  shutdown = async () => undefined;
});
afterEach(() => trace.disable());

describe('the SDK of OpenTelemetry', () => {
  test.each<[Readonly<Record<string, string>>]>([
    [{}],
    [{ OTEL_SERVICE_NAME: 'hub' }],
    [{ OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT }],
  ])('is not even loaded with %j', async (env) => {
    const traces = await start(env, () => Promise.reject(new Error('loaded')));
    await traces.onApplicationShutdown();
    expect(told).toEqual([]);
  });

  test.each<[Readonly<Record<string, string>>]>([
    [{ OTEL_TRACES_EXPORTER: 'console' }],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: ENDPOINT }],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT }],
  ])('is started for traces alone with %j, and sends what waits at the end', async (env) => {
    delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
    const traces = await start(env);
    const settings = { metricReaders: [], logRecordProcessors: [], contextManager: null };
    expect(told).toEqual([settings, env.OTEL_EXPORTER_OTLP_ENDPOINT]);
    await traces.onApplicationShutdown();
    expect(told.slice(2)).toEqual(['shutdown']);
  });

  test.each<[string, () => Promise<void>]>([
    ['does not answer', () => new Promise<void>(() => undefined)],
    ['fails', () => Promise.reject(new Error('no collector'))],
  ])('whose collector %s holds nothing up', async (_what, ends) => {
    shutdown = ends;
    const traces = await start({ OTEL_TRACES_EXPORTER: 'otlp' });
    await traces.onApplicationShutdown();
    expect(told).toContain('shutdown');
  });

  test('is not started where another was registered before', async () => {
    trace.setGlobalTracerProvider(new TracerProvider());
    await start({ OTEL_TRACES_EXPORTER: 'otlp' });
    expect(told).toEqual([]);
  });

  test('that is not installed ends the start, which says how to install it', async () => {
    const failed = start({ OTEL_TRACES_EXPORTER: 'otlp' }, () =>
      Promise.reject(new Error("Cannot find package '@opentelemetry/sdk-node'")),
    );
    await expect(failed).rejects.toBeInstanceOf(StartError);
    await expect(failed).rejects.toThrow(
      /cannot be loaded .*allowed: npm install @opentelemetry\/sdk-node, or/,
    );
  });
});

test.each([
  ['OTEL_TRACES_EXPORTER', 'jaeger'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
  ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'grpc://collector'],
])('%s may not be %s', (name, value) => {
  expect(() => start({ [name]: value })).toThrow(`${name} in .env: "${value}" is not allowed; allowed: `);
});
