import { TOKENS_ARE_OPTIONAL } from './tokens.js';

/** What an attack is told of the hub that it attacks. */
export interface Target {
  readonly port: number;
  /** Of the console; 0 if there is none. */
  readonly adminPort: number;
  /** Whether there is time for the attack in full. */
  readonly long: boolean;
  /** To be awaited once all is prepared: what the hub does from then on is measured. */
  begin(): Promise<void>;
  /** What is to stand beside the outcome, such as a rate that was reached. */
  note(figure: string): void;
}

/** One way to harm a hub or its clients, by what anybody can send to its port. */
export interface Attack {
  readonly finding: string;
  readonly name: string;
  /** Variables of the hub in both forms of the suite, and in the short one. A hub ignores those it does not know. */
  readonly env?: Readonly<Record<string, string>>;
  readonly shortEnv?: Readonly<Record<string, string>>;
  /** Tried by `npm run test:attacks:long` alone: what it asks of the hub, other attacks and tests ask as well. */
  readonly onlyLong?: true;
  /** File descriptors that the hub may have open. */
  readonly maxFiles?: number;
  /** Whether the hub has a key set to fetch, which answers once and never again. */
  readonly hasKeySet?: true;
  /** Whether there are API keys (`api-keys.ts`), so that HTTP is on. */
  readonly hasApiKeys?: true;
  /** Whether it has a console, which the password of `console-door.ts` opens. */
  readonly hasConsole?: true;
  /** Bound of the event loop's p99 delay in ms. */
  readonly maxLoopP99Ms?: number;
  /** Bound of the healthy pair's p99 in ms, where it is not that of all attacks. */
  readonly maxP99Ms?: number;
  /** Bound of what the hub's memory may grow by in MB, where it is not that of all attacks. */
  readonly maxGrowthMb?: number;
  /** Bytes that may wait in the hub at the end of the attack, while the attackers are still connected. */
  readonly maxQueuedBytes?: number;
  /** CPU time of the hub in µs for each message that it replays. */
  readonly maxMicrosPerReplayed?: number;
  /** Attacks, in a process of its own, for a bounded time. @returns what did not hold */
  run(target: Target): Promise<readonly string[]>;
}

/** With API keys; loopback is exempt from limits by address. */
export const HTTP_IS_ON = {};
/** Limits by address exempt loopback, where all attackers are, unless a hub is told otherwise. */
export const NO_EXEMPTIONS = { UNLIMITED_NETWORKS: 'none' };
/** Attackers of an address of their own: the healthy pair is at 127.0.0.1. */
export const FOREIGN_ADDRESS = '127.0.0.9';
/** With API keys; attackers have addresses of their own. */
export const HTTP_WITH_LIMITS = { ...NO_EXEMPTIONS };
/** With API keys and the console; limits by address exempt loopback, those of the console do not. */
export const CONSOLE_IS_ON = {};
/** With API keys, and tokens beside them. */
export const HTTP_WITH_TOKENS = { ...TOKENS_ARE_OPTIONAL };
