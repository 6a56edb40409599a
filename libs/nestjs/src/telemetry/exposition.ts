import { type Metric, Registry } from 'prom-client';

/** The response to a scrape. */
export interface Exposition {
  readonly contentType: string;
  readonly body: string;
}

const OPEN_METRICS = 'application/openmetrics-text';
/** The version that we write. A scraper that accepts others only gets the text format, or reads this one. */
const OPEN_METRICS_VERSION = '1.0.0';
const TEXT = 'text/plain';

/** @param accept the `Accept` header of the request (RFC 9110, section 12.5.1) */
export async function expose(registry: Registry, accept = ''): Promise<Exposition> {
  const shown = prefersOpenMetrics(accept) ? asOpenMetrics(registry) : registry;
  return { contentType: shown.contentType, body: await shown.metrics() };
}

/** Whether OpenMetrics is accepted, and preferred to the text format. */
export function prefersOpenMetrics(accept: string): boolean {
  const quality = qualityOf(accept, OPEN_METRICS, OPEN_METRICS_VERSION);
  return quality > 0 && quality >= qualityOf(accept, TEXT, '0.0.4');
}

/** The quality of a media type, 0-1; 0 if it is not listed. */
function qualityOf(accept: string, type: string, version: string): number {
  let quality = 0;
  for (const range of accept.toLowerCase().split(',')) {
    const [name, ...parameters] = range.split(';').map((part) => part.trim());
    if (name !== type) continue;
    const named = parameterOf(parameters, 'version');
    if (named === undefined || named === version)
      quality = Math.max(quality, Number(parameterOf(parameters, 'q') ?? 1) || 0);
  }
  return quality;
}

function parameterOf(parameters: readonly string[], name: string): string | undefined {
  return parameters.find((parameter) => parameter.startsWith(`${name}=`))?.slice(name.length + 1);
}

/**
 * The same metrics in a registry for OpenMetrics. When prom-client writes counters in that format it permanently strips
 * `_total` from their names. So it gets views that are created for one scrape, and the text format keeps its names.
 */
function asOpenMetrics(registry: Registry): Registry {
  const shown = new Registry();
  shown.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
  for (const metric of registry.getMetricsAsArray())
    shown.registerMetric(viewOf(metric as unknown as Metric));
  return shown;
}

function viewOf(metric: Metric): Metric {
  const { name, type } = metric as unknown as { name: string; type: string };
  const family = type === 'counter' ? name.replace(/_total$/, '') : name;
  const view = { name: family, type, get: async () => ({ ...(await metric.get()), name: family }) };
  return view as unknown as Metric;
}
