import type { Clock } from '../time/clock.js';
import type { MessageLog } from './message-log.js';
import type { Position } from './position.js';

/** A store outside of this process in which the log is. */
export interface LogStore {
  readonly server: string;
  readonly stream: string;
  /** Its first and last entry. */
  readonly first: number;
  readonly last: number;
}

/** What the operator is told of an engine. None of it throws. */
export interface LogEvents {
  /** The store is there, and all of it was read. */
  connected(store: LogStore): void;
  /** The store is out of reach, or not what it was. */
  lost(reason: string): void;
  /** The store could not be reached. */
  refused(error: Error): void;
  /** @param limits of the store that are others than this hub is configured for, which may be none */
  otherLimits(limits: Readonly<Record<string, unknown>>): void;
  /** The entry at this place was written by no hub. @param skipped how many in all */
  skipped(position: Position, skipped: number): void;
  /** A notice was written by no hub, or long ago. @param skipped how many in all */
  noticeSkipped(skipped: number): void;
  /** A key had to be forgotten within its minute. @param forgotten how many in all */
  keysForgotten(forgotten: number): void;
}

/** What an engine needs of the hub in which it runs. */
export interface LogEnvironment {
  readonly clock: Clock;
  /** Those of which somebody wants to be told. */
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

/** For engines, which tell of all, whoever listens. */
export function eventsOf({ events }: LogEnvironment): LogEvents {
  if (events === undefined) return QUIET;
  const told = { ...QUIET };
  for (const name of Object.keys(QUIET) as (keyof LogEvents)[]) {
    if (events[name] !== undefined) Object.assign(told, { [name]: events[name].bind(events) });
  }
  return told;
}

/** Chooses an engine, and how it is configured; the hub makes the log of it. */
export type LogFactory = (environment: LogEnvironment) => MessageLog;

/** Why a log can never be ready as it is configured, in words for the operator, who alone can mend it. */
export class LogStartError extends Error {
  override readonly name = 'LogStartError';
}
