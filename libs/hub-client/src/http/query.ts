/** A query string with its question mark, without undefined values; empty if nothing is left. */
export function queryOf(entries: readonly (readonly [string, string | number | undefined])[]): string {
  const query = new URLSearchParams();
  for (const [name, value] of entries) if (value !== undefined) query.append(name, String(value));
  return query.size === 0 ? '' : `?${query}`;
}
