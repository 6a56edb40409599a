import type { IncomingMessage } from 'node:http';
import type { HttpCaller } from './http-caller.js';
import type { RouteName } from './http-routes.js';

const STATE = Symbol('ws-hub.http');

/** The state of a request. It is attached to the request: weak maps cost the garbage collector more. */
export class RequestState {
  /** Undefined for an unknown path or method. */
  route: RouteName | undefined;
  /** Monotonic time of its arrival. */
  chargedAtMs = 0;
  /** Undefined until its rate is charged; empty for an address without a limit. */
  chargedTo: string | undefined;
  /** Whether it has passed the first part of the gate, and all of it. */
  isCharged = false;
  hasEntered = false;
  /** While its credentials are judged. */
  entering: Promise<void> | undefined;
  caller: HttpCaller | undefined;
  /** Bytes reserved for its body. */
  bodyBytes = 0;
}

type StatefulRequest = IncomingMessage & { [STATE]?: RequestState };

export function stateOf(request: StatefulRequest): RequestState {
  request[STATE] ??= new RequestState();
  return request[STATE];
}
