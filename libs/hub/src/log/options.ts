import { bytes, count, type Limit, milliseconds, presetsOf } from '../limits.js';

/** How much of a log is kept; what is beyond goes, the oldest first. */
export interface RetentionLimits {
  readonly logMaxMessages: number;
  readonly logMaxBytes: number;
  readonly logMaxAgeMs: number;
}

/** What the log in memory goes by. */
export interface MemoryLogOptions extends RetentionLimits {
  /** Keys that are remembered for two minutes, of all clients; one has 140 to 165 bytes. */
  readonly logMaxKeys: number;
}

const MIB = 1024 * 1024;

/** The allowed values of each option, and its default. */
export const LOG_LIMITS: Readonly<Record<keyof MemoryLogOptions, Limit>> = {
  logMaxMessages: count(100_000, 1, 100_000_000),
  logMaxBytes: bytes(64 * MIB, 1, 1024 * 1024 * MIB),
  logMaxAgeMs: milliseconds(600_000),
  // A minute of 10,000 messages a second of a thousand clients: 110 MB in all.
  logMaxKeys: count(650_000, 1_000),
};

export const LOG_DEFAULTS: MemoryLogOptions = presetsOf(LOG_LIMITS);

/** Bytes of a message's content, in a hub that is given no other limit. */
export const DEFAULT_MAX_PAYLOAD = 65_536;

/** The options with these names: what is given, also if it is more, and the default of what is not, or undefined. */
export function withDefaults<Options extends object>(defaults: Options, given: Partial<Options>): Options {
  const options = { ...defaults };
  for (const name of Object.keys(defaults) as (keyof Options)[]) {
    const value = given[name];
    if (value !== undefined) options[name] = value;
  }
  return options;
}
