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

/** The limits of a log that is told of no others. */
export const LOG_DEFAULTS: MemoryLogOptions = {
  logMaxMessages: 100_000,
  logMaxBytes: 64 * 1024 * 1024,
  logMaxAgeMs: 600_000,
  // A minute of 10,000 messages a second of a thousand clients: 110 MB in all.
  logMaxKeys: 650_000,
};

/** Bytes of a message's content, in a hub that is told of no other bound. */
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
