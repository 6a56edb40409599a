const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** The time of day. @param ms Unix milliseconds */
export function timeOfDay(ms: number): string {
  return TIME.format(ms);
}

/** With milliseconds, which order frames. */
export function exactTimeOfDay(ms: number): string {
  return `${TIME.format(ms)}.${String(ms % 1_000).padStart(3, '0')}`;
}
