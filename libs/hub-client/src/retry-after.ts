/** Parses seconds or a date (RFC 9110, section 10.2.3) into milliseconds from now; undefined if it is neither. */
export function readRetryAfter(value: string | null | undefined): number | undefined {
  if (value === undefined || value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
