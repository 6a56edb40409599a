import { setTimeout as wait } from 'node:timers/promises';
import { type OnApplicationShutdown } from '@nestjs/common';
import { StartError, setVariables } from '@ws-hub/config';
import { isSdkRegistered } from '@ws-hub/nestjs/gateway';
import type { ServerConfig } from './config/server.config.js';
import { sdkVariablesOf, wantsTraces } from './config/telemetry.js';

/** Spans not sent by then are lost: a collector that does not answer must not delay the shutdown. */
const FLUSH_TIMEOUT_MS = 2_000;
const PACKAGE = '@opentelemetry/sdk-node';

/** The part of the OpenTelemetry SDK that is used. */
export interface TraceSdk {
  start(): void;
  /** Sends what waits. */
  shutdown(): Promise<void>;
}

interface SdkModule {
  readonly NodeSDK: new (settings: {
    readonly metricReaders: never[];
    readonly logRecordProcessors: never[];
    readonly contextManager: null;
  }) => TraceSdk;
}

/**
 * Metrics have a port of their own, and the log is written to stdout. Without a context manager there is no active span, which
 * nothing here needs: it would make each timer and write of the hub more expensive (async hooks).
 */
const TRACES_ALONE = { metricReaders: [], logRecordProcessors: [], contextManager: null };

/** Hundreds of modules, loaded by hubs alone that record traces. Its types leave out that there may be no context manager. */
const importSdk = () => import('@opentelemetry/sdk-node') as Promise<unknown> as Promise<SdkModule>;

/** The SDK that sends traces, from the start of the hub to its end. */
export class Traces implements OnApplicationShutdown {
  private constructor(
    private readonly sdk: TraceSdk | undefined,
    private readonly flushTimeoutMs: number,
  ) {}

  /**
   * Starts the SDK if the configuration asks for traces, unless it was started before the hub (`node --import`).
   *
   * @throws StartError if the SDK package is missing
   */
  static async start(
    config: ServerConfig,
    load: () => Promise<SdkModule> = importSdk,
    flushTimeoutMs = FLUSH_TIMEOUT_MS,
  ): Promise<Traces> {
    if (!wantsTraces(config) || isSdkRegistered()) return new Traces(undefined, flushTimeoutMs);
    const { NodeSDK } = await load().catch((error: Error) => {
      throw missing(error);
    });
    setVariables(sdkVariablesOf(config));
    const sdk = new NodeSDK(TRACES_ALONE);
    sdk.start();
    return new Traces(sdk, flushTimeoutMs);
  }

  /** The clients have left: their last spans have ended. */
  async onApplicationShutdown(): Promise<void> {
    if (this.sdk === undefined) return;
    // Without its collector the hub shuts down anyway: nobody is left to report that to.
    const flushed = this.sdk.shutdown().catch(() => undefined);
    await Promise.race([flushed, wait(this.flushTimeoutMs, undefined, { ref: false })]);
  }
}

function missing(error: Error): StartError {
  return new StartError(
    `OTEL_TRACES_EXPORTER or an OTEL_EXPORTER_OTLP_… is set, but ${PACKAGE} cannot be loaded (${error.message}); ` +
      `allowed: npm install ${PACKAGE}, or none of these variables`,
  );
}
