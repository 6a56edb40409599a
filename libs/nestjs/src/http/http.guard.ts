import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { HttpGate } from './http-gate.js';
import type { RouteName } from './http-routes.js';
import { rawRequestOf, rawResponseOf } from './platform.js';

/** Under which a handler has the name of its route. */
export const ROUTE = Symbol('ws-hub.route');

/** Leads requests through the gate that have not passed it at the server's door. */
@Injectable()
export class HttpGuard implements CanActivate {
  constructor(private readonly gate: HttpGate) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const http = context.switchToHttp();
    const route = Reflect.getMetadata(ROUTE, context.getHandler()) as RouteName | undefined;
    const later = this.gate.enter(rawRequestOf(http.getRequest()), rawResponseOf(http.getResponse()), route);
    return later === undefined ? true : later.then(() => true);
  }
}
