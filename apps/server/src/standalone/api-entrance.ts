import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { Guard } from '@ws-hub/hub';
import {
  answerProblem,
  belowRoot,
  HttpGate,
  hasBody,
  notThere,
  Problem,
  pathOf,
  type RouteName,
  routesAt,
  sendBack,
} from '@ws-hub/nestjs/gateway';

/** A request below `/v1`, and where it goes. */
export interface ApiRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Below `/v1`. */
  readonly path: string;
  readonly route: RouteName | undefined;
}

/** Requests below `/v1` on their way from the door to the framework: only here may they have a body. */
@Injectable()
export class ApiEntrance {
  constructor(
    private readonly gate: HttpGate,
    private readonly guard: Guard,
  ) {}

  /** Undefined for a request that is not for `/v1`. */
  requestOf(request: IncomingMessage, response: ServerResponse): ApiRequest | undefined {
    const path = belowRoot(pathOf(request));
    if (path === undefined) return undefined;
    return { request, response, path, route: routesAt(path).get(request.method ?? '') };
  }

  /** Charges a request before its turn. @returns whether it may continue; if not, it is answered */
  charge(api: ApiRequest): boolean {
    const { request, response, route } = api;
    try {
      this.gate.charge(request, response, route);
      if (request.headers.host === undefined && request.httpVersion !== '1.0')
        throw new Problem(400, 'the Host header is missing');
      return true;
    } catch (error) {
      this.refuse(api, error);
      return false;
    }
  }

  /** Answers the request, or passes it to the framework once its credentials are checked. */
  enter(api: ApiRequest, handle: RequestListener): void {
    const { request, response, route } = api;
    const go = (): void => handle(request, response);
    try {
      checkPath(api);
      const later = this.gate.enter(request, response, route);
      if (later === undefined) go();
      else
        later
          .then(() => {
            if (!request.socket.destroyed) go();
          })
          .catch((error: unknown) => this.refuse(api, error));
    } catch (error) {
      this.refuse(api, error);
    }
  }

  private refuse({ request, response, route }: ApiRequest, error: unknown): void {
    if (error instanceof Problem) {
      if (route !== 'events' || !sendBack(request, response, error)) answerProblem(response, error);
    } else {
      this.guard.failed('request', error);
      answerProblem(response, new Problem(500, 'internal error'));
    }
  }
}

function checkPath({ request, path, route }: ApiRequest): void {
  const { method } = request;
  if (route === undefined && (method !== 'OPTIONS' || routesAt(path).size === 0))
    throw notThere(method, path);
  if (hasBody(request) && method !== 'POST') throw new Problem(400, `a ${method} here must not have a body`);
  if (!isEncoded(path)) throw new Problem(400, 'the path is not correctly percent-encoded');
}

/** Otherwise the framework would answer by itself. */
function isEncoded(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    // What it throws says no more than that.
    return false;
  }
}
