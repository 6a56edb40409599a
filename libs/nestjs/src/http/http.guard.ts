import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { HttpGate } from './http-gate.js';
import { HTTP_ROUTES, notThere, type RouteName } from './http-routes.js';
import { rawRequestOf, rawResponseOf } from './platform.js';

/** Metadata key for the name of a handler's route. */
export const ROUTE = Symbol('ws-hub.route');

/** Sends requests through the gate that have not passed it at the server's entry. */
@Injectable()
export class HttpGuard implements CanActivate {
  constructor(private readonly gate: HttpGate) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const http = context.switchToHttp();
    const request = rawRequestOf(http.getRequest());
    const route = Reflect.getMetadata(ROUTE, context.getHandler()) as RouteName | undefined;
    // Platforms answer HEAD with the GET handler, which may be an endless stream.
    if (route !== undefined && request.method !== HTTP_ROUTES[route].method)
      throw notThere(request.method, HTTP_ROUTES[route].path);
    const later = this.gate.enter(request, rawResponseOf(http.getResponse()), route);
    return later === undefined ? true : later.then(() => true);
  }
}
