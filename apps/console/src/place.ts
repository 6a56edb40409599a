import { type Params, queryOf } from './api.js';

/** The place in the console: the path of a page, and its parameters. */
export interface Place {
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
}

/** Reads `#/clients?by=user&search=anna`. */
export function placeIn(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#/, '').split(/\?(.*)/s);
  return { path: path === '' ? '/' : path, params: Object.fromEntries(new URLSearchParams(query)) };
}

/** The address of a page, for links. */
export function hrefOf(path: string, params: Params = {}): string {
  return `#${path}${queryOf(params)}`;
}

/** A page number of an address; 0 where it is none. */
export function pageIn(params: Place['params']): number {
  const page = Number(params.page ?? 0);
  return Number.isSafeInteger(page) && page >= 0 ? page : 0;
}

/** One of a few words of an address, or the first of them. */
export function oneOf<T extends string>(allowed: readonly [T, ...T[]], text: string | undefined): T {
  return allowed.find((word) => word === text) ?? allowed[0];
}
