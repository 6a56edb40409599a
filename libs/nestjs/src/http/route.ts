import {
  applyDecorators,
  HttpCode,
  RequestMapping,
  RequestMethod,
  SetMetadata,
  UseFilters,
  UseGuards,
  VERSION_NEUTRAL,
  Version,
} from '@nestjs/common';
import { HttpGuard, ROUTE } from './http.guard.js';
import { HTTP_PATH } from './http-options.js';
import { HTTP_ROUTES, type RouteName } from './http-routes.js';
import { ProblemFilter } from './problem.filter.js';

/** A handler of a route below `/v1`: its requests have passed the gate, and its problems are answered as such. */
export function Route(name: RouteName): MethodDecorator {
  const { method, path, status } = HTTP_ROUTES[name];
  return applyDecorators(
    RequestMapping({ path: `${HTTP_PATH}/${path}`, method: RequestMethod[method] }),
    // The path contains its own version. The application's is not put in front of it.
    Version(VERSION_NEUTRAL),
    HttpCode(status),
    SetMetadata(ROUTE, name),
    UseGuards(HttpGuard),
    UseFilters(ProblemFilter),
  );
}
