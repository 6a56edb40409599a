import { type ProxyTracerProvider, type Tracer, type TracerProvider, trace } from '@opentelemetry/api';
import { VERSION } from '../../version.js';

const NAME = '@ws-hub/nestjs';

/** The tracer of the SDK that is registered; undefined if there is none, so that nothing has to be done for it. */
export function registeredTracer(): Tracer | undefined {
  const provider: TracerProvider & Partial<Pick<ProxyTracerProvider, 'getDelegateTracer'>> =
    trace.getTracerProvider();
  // The API hands out a proxy, which has nothing behind it until an SDK is registered.
  if (provider.getDelegateTracer === undefined) return provider.getTracer(NAME, VERSION);
  return provider.getDelegateTracer(NAME, VERSION);
}
