import { HTTP_PATH } from './http-options.js';
import { Problem } from './problem.js';

/**
 * The routes below `/v1`, with the status of a successful response. Controllers, 405 responses, the metric and
 * docs/openapi.yaml all use this list.
 */
export const HTTP_ROUTES = {
  publish: { method: 'POST', path: 'channels/:channel/messages', status: 200 },
  batch: { method: 'POST', path: 'messages', status: 200 },
  history: { method: 'GET', path: 'channels/:channel/messages', status: 200 },
  channels: { method: 'GET', path: 'channels', status: 200 },
  info: { method: 'GET', path: 'info', status: 200 },
  disconnect: { method: 'POST', path: 'disconnect', status: 204 },
  revocations: { method: 'POST', path: 'revocations', status: 204 },
  events: { method: 'GET', path: 'events', status: 200 },
} as const;

export type RouteName = keyof typeof HTTP_ROUTES;

const ROOT = `/${HTTP_PATH}`;
const NAMES = Object.keys(HTTP_ROUTES) as RouteName[];
const PATTERNS = new Map(NAMES.map((name) => [name, patternOf(HTTP_ROUTES[name].path)]));

/** The part of a request's path below `/v1`, without a leading slash; undefined for other paths. */
export function belowRoot(pathname: string): string | undefined {
  if (!pathname.startsWith(ROOT)) return undefined;
  if (pathname.length === ROOT.length) return '';
  return pathname[ROOT.length] === '/' ? pathname.slice(ROOT.length + 1) : undefined;
}

/** The routes of a path below `/v1`, by method; empty for an unknown path. */
export function routesAt(path: string): ReadonlyMap<string, RouteName> {
  const found = NAMES.filter((name) => PATTERNS.get(name)?.test(path));
  return new Map(found.map((name) => [HTTP_ROUTES[name].method, name]));
}

/** @param path below `/v1` */
export function notThere(method: string | undefined, path: string): Problem {
  const methods = [...routesAt(path).keys()];
  if (methods.length === 0) return new Problem(404, `there is no such path below /${HTTP_PATH}`);
  const allowed = methods.join(', ');
  return new Problem(405, `${method} is not allowed here; allowed: ${allowed}`, {
    headers: { Allow: allowed },
  });
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`);
}
