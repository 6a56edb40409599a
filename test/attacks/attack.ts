import { TOKENS_ARE_OPTIONAL } from './tokens.js';

/** What an attack knows about its hub. */
export interface Target {
  readonly port: number;
  /** Of the console; 0 if there is none. */
  readonly adminPort: number;
  /** Whether there is time for the full attack. */
  readonly long: boolean;
  /** Await it when the preparation is done: the hub is measured from then on. */
  begin(): Promise<void>;
  /** Adds a figure to the outcome, such as a rate that was reached. */
  note(figure: string): void;
}

/** A way to harm a hub or its clients by sending it something. */
export interface Attack {
  readonly finding: string;
  readonly name: string;
  /**
   * The hub's variables in both forms of the suite, and in the short one. A hub ignores variables that it does not
   * know.
   */
  readonly env?: Readonly<Record<string, string>>;
  readonly shortEnv?: Readonly<Record<string, string>>;
  /** Only in `npm run test:attacks:long`: other attacks and tests cover the same behaviour. */
  readonly onlyLong?: true;
  /** Maximum file descriptors of the hub. */
  readonly maxFiles?: number;
  /** Whether the hub has a key set URL, which answers once and never again. */
  readonly hasKeySet?: true;
  /** Whether there are API keys (`api-keys.ts`), so that HTTP is enabled. */
  readonly hasApiKeys?: true;
  /** Whether the hub has a console, with the password of `console-door.ts`. */
  readonly hasConsole?: true;
  /** Limit of the event loop's p99 delay in ms. */
  readonly maxLoopP99Ms?: number;
  /** Limit of the healthy pair's p99 in ms, if it differs from the default. */
  readonly maxP99Ms?: number;
  /** Limit of the hub's memory growth in MB, if it differs from the default. */
  readonly maxGrowthMb?: number;
  /** Limit of the bytes that wait in the hub at the end of the attack, with the attackers still connected. */
  readonly maxQueuedBytes?: number;
  /** Limit of the hub's CPU time in µs per replayed message. */
  readonly maxMicrosPerReplayed?: number;
  /** Attacks from a process of its own, for a limited time. @returns what failed */
  run(target: Target): Promise<readonly string[]>;
}

/** With API keys. Loopback is exempt from the limits per address. */
export const HTTP_IS_ON = {};
/** By default loopback, the address of all attackers, is exempt from the limits per address. */
export const NO_EXEMPTIONS = { UNLIMITED_NETWORKS: 'none' };
/** The address of other attackers: the healthy pair is at 127.0.0.1. */
export const FOREIGN_ADDRESS = '127.0.0.9';
/** With API keys; attackers have addresses of their own. */
export const HTTP_WITH_LIMITS = { ...NO_EXEMPTIONS };
/** With API keys and the console. Loopback is exempt from the limits per address, but not from the console's. */
export const CONSOLE_IS_ON = {};
/** With API keys, and tokens as well. */
export const HTTP_WITH_TOKENS = { ...TOKENS_ARE_OPTIONAL };
