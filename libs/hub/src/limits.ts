/** No count needs more. */
export const MAX_COUNT = 1_000_000_000;
/** The longest time that a Node timer can wait. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** What a number may be, and what it is if nobody says. */
export interface Limit {
  readonly preset: number;
  readonly min: number;
  readonly max: number;
  readonly unit: 'bytes' | 'milliseconds' | 'count';
}

export function bytes(preset: number, min: number, max: number): Limit {
  return { preset, min, max, unit: 'bytes' };
}

export function milliseconds(preset: number, min = 100, max = MAX_TIMER_MS): Limit {
  return { preset, min, max, unit: 'milliseconds' };
}

export function count(preset: number, min: number, max = MAX_COUNT): Limit {
  return { preset, min, max, unit: 'count' };
}

/** The presets of a set of limits. */
export function presetsOf<Name extends string>(limits: Readonly<Record<Name, Limit>>): Record<Name, number> {
  const presets = Object.entries<Limit>(limits).map(([name, { preset }]) => [name, preset]);
  return Object.fromEntries(presets) as Record<Name, number>;
}
