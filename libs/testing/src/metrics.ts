/** The samples that a hub serves on its metrics port, by their name with labels. */
export async function scrape(port: number): Promise<Map<string, number>> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

/**
 * A quantile of what a histogram without labels has seen between two scrapes, as the upper bound of the bucket that it is
 * in; Infinity beyond the last one, NaN if nothing was seen.
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
