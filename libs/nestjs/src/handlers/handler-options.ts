import { count, milliseconds, presetsOf } from '@ws-hub/hub';

/** The options of handlers, each for one handler. */
export const HANDLER_LIMITS = {
  /** Calls that run at a time; with 1, each begins when the last one has ended. */
  maxRunningHandlers: count(100, 1, 10_000),
  /** Calls that wait for that; more are dropped, and counted. */
  maxQueuedHandlers: count(10_000, 1, 1_000_000),
  /** How long a call holds its place; one that takes longer continues, but beside the others. */
  handlerTimeoutMs: milliseconds(30_000),
};

export type HandlerOptions = Readonly<Record<keyof typeof HANDLER_LIMITS, number>>;

export const HANDLER_DEFAULTS: HandlerOptions = presetsOf(HANDLER_LIMITS);

/** The token under which they are injected. */
export const HANDLER_OPTIONS = Symbol('HANDLER_OPTIONS');
