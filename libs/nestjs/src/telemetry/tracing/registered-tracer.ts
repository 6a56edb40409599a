import type { Clock, HubTracer } from '@ws-hub/hub';
import { VERSION } from '../../version.js';

const NAME = '@ws-hub/nestjs';
/** Where all copies of the API, of version 1, keep what an SDK has registered. */
const API = Symbol.for('opentelemetry.js.api.1');

/**
 * Records with the SDK of OpenTelemetry that is registered; undefined if there is none. Then the API is not even loaded, which
 * would take a start 40 ms.
 */
export async function registeredTracer(clock: Pick<Clock, 'monotonicMs'>): Promise<HubTracer | undefined> {
  if (!isSdkRegistered()) return undefined;
  const { trace } = await import('@opentelemetry/api');
  const { OtelHubTracer } = await import('./otel-hub-tracer.js');
  return new OtelHubTracer(trace.getTracer(NAME, VERSION), clock);
}

/** Whether an SDK of OpenTelemetry records traces in this process. */
export function isSdkRegistered(): boolean {
  const { [API]: registered } = globalThis as { [API]?: { readonly trace?: unknown } };
  return registered?.trace !== undefined;
}
