import type { Sample } from '@ws-hub/console-api';

const HOUR_MS = 3_600_000;

/** The known samples and the newer ones. */
export function joined(known: readonly Sample[], news: readonly Sample[]): readonly Sample[] {
  const last = known.at(-1)?.at ?? 0;
  const newer = news.filter(({ at }) => at > last);
  // The same array says that a chart has nothing to draw.
  return newer.length === 0 ? known : [...known, ...newer];
}

/** Without what is an hour older than the newest. */
export function lastHour(samples: readonly Sample[]): readonly Sample[] {
  const since = (samples.at(-1)?.at ?? 0) - HOUR_MS;
  const first = samples.findIndex(({ at }) => at > since);
  return first <= 0 ? samples : samples.slice(first);
}

/** For how long the log was away, as far as samples tell. */
export function notReadyMs(samples: readonly Sample[], intervalMs: number): number {
  return samples.filter(({ isLogReady }) => !isLogReady).length * intervalMs;
}

/** The last sample of each minute, newest first. */
export function lastOfMinutes(samples: readonly Sample[]): readonly Sample[] {
  const minutes = new Map(samples.map((sample) => [Math.floor(sample.at / 60_000), sample]));
  return [...minutes.values()].reverse();
}
