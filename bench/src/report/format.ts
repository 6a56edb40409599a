import type { Spread } from '../statistics.js';

const NONE = '–';
const SIGNIFICANT = 3;

/** 4,812,345 or 4.81 M, 8.12, 0.352: significant digits only. */
export function figure(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toPrecision(SIGNIFICANT)} M`;
  if (value >= 1000) return Math.round(value).toLocaleString('en-US');
  return value >= 100 ? value.toFixed(0) : value.toPrecision(SIGNIFICANT);
}

/** A median, or a dash without measurements. */
export function middle(spread: Spread | undefined, unit = 1): string {
  return spread === undefined ? NONE : figure(spread.median / unit);
}

/** A median with minimum and maximum, if there are several values. */
export function range(spread: Spread | undefined, unit = 1): string {
  if (spread === undefined) return NONE;
  const { median, min, max } = spread;
  if (min === max) return figure(median / unit);
  return `${figure(median / unit)} (${figure(min / unit)}–${figure(max / unit)})`;
}

/** A median of percentages, as a whole number. */
export function percent(spread: Spread | undefined): string {
  return spread === undefined ? NONE : spread.median.toFixed(0);
}
