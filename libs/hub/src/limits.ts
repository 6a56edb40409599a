/** No count needs to be larger. */
export const MAX_COUNT = 1_000_000_000;
/** The longest time of a Node timer. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The range of a number, and its default. */
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

/** The defaults of a set of limits. */
export function presetsOf<Name extends string>(limits: Readonly<Record<Name, Limit>>): Record<Name, number> {
  const presets = Object.entries<Limit>(limits).map(([name, { preset }]) => [name, preset]);
  return Object.fromEntries(presets) as Record<Name, number>;
}
