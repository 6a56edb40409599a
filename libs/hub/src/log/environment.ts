import type { Clock } from '../time/clock.js';
import type { MessageLog } from './message-log.js';
import type { Position } from './position.js';

/** A store outside this process that holds the log. */
export interface LogStore {
  readonly server: string;
  readonly stream: string;
  /** Positions of its first and last entry. */
  readonly first: number;
  readonly last: number;
}

/** Notifications of an engine, for the operator. They must not throw. */
export interface LogEvents {
  /** The store is available, and all of it was read. */
  connected(store: LogStore): void;
  /** The store is unreachable, or no longer the same. */
  lost(reason: string): void;
  /** The store could not be reached. */
  refused(error: Error): void;
  /** @param limits of the store that differ from this hub's configuration; may be empty */
  otherLimits(limits: Readonly<Record<string, unknown>>): void;
  /** No hub wrote the entry at this position. @param skipped total so far */
  skipped(position: Position, skipped: number): void;
  /** No hub wrote the notice, or it is too old. @param skipped total so far */
  noticeSkipped(skipped: number): void;
  /** A key was forgotten within its minute. @param forgotten total so far */
  keysForgotten(forgotten: number): void;
}

/** What an engine gets from the hub that it runs in. */
export interface LogEnvironment {
  readonly clock: Clock;
  /** The notifications that are wanted. */
  readonly events?: Partial<LogEvents>;
}

const QUIET: LogEvents = {
  connected: () => undefined,
  lost: () => undefined,
  refused: () => undefined,
  otherLimits: () => undefined,
  skipped: () => undefined,
  noticeSkipped: () => undefined,
  keysForgotten: () => undefined,
};

/** For engines: notifications with defaults for those that are not wanted. */
export function eventsOf({ events }: LogEnvironment): LogEvents {
  if (events === undefined) return QUIET;
  const told = { ...QUIET };
  for (const name of Object.keys(QUIET) as (keyof LogEvents)[]) {
    if (events[name] !== undefined) Object.assign(told, { [name]: events[name].bind(events) });
  }
  return told;
}

/** Selects an engine and its configuration; the hub creates the log with it. */
export type LogFactory = (environment: LogEnvironment) => MessageLog;

/** Why a log can never become ready as it is configured. For the operator, who has to fix it. */
export class LogStartError extends Error {
  override readonly name = 'LogStartError';
}
