import type { z } from 'zod';

/** What a route gets of a request, after it was checked. */
export interface ConsoleRequest<Query = unknown, Body = unknown> {
  readonly query: Query;
  readonly body: Body;
  /** The part of the path that `:id` stands for. */
  readonly id: string;
}

/** One route of the console, below `/api` of the admin port. It requires a session. */
export interface ConsoleRoute<Query = unknown, Body = unknown> {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Such as `/tap/:id`. */
  readonly path: string;
  readonly query?: z.ZodType<Query>;
  readonly body?: z.ZodType<Body>;
  /** It changes something for clients, so it is refused where the console is read-only. */
  readonly changesClients?: boolean;
  /** @throws ConsoleError */
  answer(request: ConsoleRequest<Query, Body>): unknown;
}

/** A page's worth of routes; a provider. */
export interface ConsoleView {
  readonly routes: readonly ConsoleRoute[];
}

/** Keeps the types of one route together, and forgets them for the table. */
export function consoleRoute<Query, Body>(route: ConsoleRoute<Query, Body>): ConsoleRoute {
  return route as ConsoleRoute;
}

/** Why there is no answer, in words for the console's user. */
export class ConsoleError extends Error {
  override readonly name = 'ConsoleError';

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** The token under which all views are injected, as an array. */
export const CONSOLE_VIEWS = Symbol('console views');
