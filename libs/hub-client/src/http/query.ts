/** A query with its question mark, without what is undefined; empty if there is nothing else. */
export function queryOf(entries: readonly (readonly [string, string | number | undefined])[]): string {
  const query = new URLSearchParams();
  for (const [name, value] of entries) if (value !== undefined) query.append(name, String(value));
  return query.size === 0 ? '' : `?${query}`;
}
