import { HTTP_PATH } from '../http/http-options.js';
import { HTTP_ROUTES, type RouteName } from '../http/http-routes.js';
import { adminRoutes } from './admin-routes.js';
import { events } from './event-route.js';
import type { DescribedRoute, RouteDescription } from './http-route.js';
import { messageRoutes } from './message-routes.js';

const METHODS = { GET: 'get', POST: 'post' } as const;

/** In the order of the document. */
const DESCRIPTIONS: Readonly<Record<RouteName, RouteDescription>> = {
  ...messageRoutes,
  events,
  ...adminRoutes,
};

/** All routes below /v1, with their descriptions. */
export const DESCRIBED_ROUTES: readonly DescribedRoute[] = (Object.keys(DESCRIPTIONS) as RouteName[]).map(
  (name) => {
    const { method, path, status } = HTTP_ROUTES[name];
    const template = `/${HTTP_PATH}/${path.replace(/:(\w+)/g, '{$1}')}`;
    return { ...DESCRIPTIONS[name], method: METHODS[method], path: template, status };
  },
);
