/** The samples on a hub's metrics port, by name with labels. */
export async function scrape(port: number): Promise<Map<string, number>> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

/**
 * A quantile of the values that a histogram without labels has recorded between two scrapes, as the upper bound of its
 * bucket. Infinity beyond the last one, NaN without values.
 */
export function quantileBetween(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  name: string,
  quantile: number,
): number {
  const seen = (sample: string) => (after.get(sample) ?? Number.NaN) - (before.get(sample) ?? 0);
  const rank = quantile * seen(`${name}_count`);
  if (!(rank > 0)) return Number.NaN;
  const buckets = [...after.keys()].filter((sample) => sample.startsWith(`${name}_bucket{`));
  const found = buckets.find((sample) => seen(sample) >= rank) ?? '';
  return Number(/le="(.+)"/.exec(found)?.[1]?.replace('+Inf', 'Infinity') ?? Number.NaN);
}
