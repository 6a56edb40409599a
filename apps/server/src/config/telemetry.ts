import { type ConfigOf, httpUrl, list, option, text } from '@ws-hub/config';

const EXPORTERS = ['otlp', 'console', 'zipkin', 'none'];
const NONE = 'none';

/**
 * Whether and how traces are recorded. These are variables of OpenTelemetry, whose SDK reads all others by itself
 * (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/).
 */
export const telemetryOptions = {
  otelTracesExporter: option(
    'OTEL_TRACES_EXPORTER',
    '',
    list((name) => EXPORTERS.includes(name), `${EXPORTERS.join(', ')}, comma-separated`),
    'exporters of traces: otlp, console, zipkin, or none; empty = otlp if an endpoint is set',
  ),
  otelExporterOtlpEndpoint: option(
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    '',
    httpUrl(),
    'URL of an OTLP collector; traces are sent to /v1/traces below it; empty = no traces',
  ),
  otelExporterOtlpTracesEndpoint: option(
    'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    '',
    httpUrl(),
    'URL that OTLP traces are sent to, used as is',
  ),
  otelServiceName: option(
    'OTEL_SERVICE_NAME',
    'ws-hub',
    text('any name'),
    'service name of the hub in traces',
  ),
  otelNodeResourceDetectors: option(
    'OTEL_NODE_RESOURCE_DETECTORS',
    'serviceinstance,host,os,env',
    text('names of detectors, comma-separated'),
    'resource detectors, which describe the machine in traces; process would add the command line',
  ),
};

type TelemetryValues = Omit<ConfigOf<typeof telemetryOptions>, 'explicit' | 'operands'>;

/** Whether the operator wants traces. */
export function wantsTraces(config: TelemetryValues): boolean {
  const { otelTracesExporter: exporters } = config;
  if (exporters.includes(NONE)) return false;
  return (
    exporters.length > 0 || config.otelExporterOtlpEndpoint + config.otelExporterOtlpTracesEndpoint !== ''
  );
}

/** Values set by flags or in `.env`, for an SDK that reads only the environment. */
export function sdkVariablesOf(config: TelemetryValues): Readonly<Record<string, string>> {
  return {
    [telemetryOptions.otelTracesExporter.variable]: config.otelTracesExporter.join(','),
    [telemetryOptions.otelExporterOtlpEndpoint.variable]: config.otelExporterOtlpEndpoint,
    [telemetryOptions.otelExporterOtlpTracesEndpoint.variable]: config.otelExporterOtlpTracesEndpoint,
    [telemetryOptions.otelServiceName.variable]: config.otelServiceName,
    [telemetryOptions.otelNodeResourceDetectors.variable]: config.otelNodeResourceDetectors,
  };
}
