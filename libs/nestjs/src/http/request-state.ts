import type { IncomingMessage } from 'node:http';
import type { HttpCaller } from './http-caller.js';
import type { RouteName } from './http-routes.js';

const STATE = Symbol('ws-hub.http');

/** What is known of a request so far. It stands at the request: maps of weak references cost the collector more than this. */
export class RequestState {
  /** Undefined for a path or method that is not there. */
  route: RouteName | undefined;
  /** When it came, by the monotonic clock. */
  chargedAtMs = 0;
  /** Undefined until its rate is charged; empty for an address without a limit. */
  chargedTo: string | undefined;
  /** Whether it has passed the first part of the gate, and the whole of it. */
  isCharged = false;
  hasEntered = false;
  /** While its credentials are judged. */
  entering: Promise<void> | undefined;
  caller: HttpCaller | undefined;
  /** Bytes that its body counts with. */
  bodyBytes = 0;
}

type StatefulRequest = IncomingMessage & { [STATE]?: RequestState };

export function stateOf(request: StatefulRequest): RequestState {
  request[STATE] ??= new RequestState();
  return request[STATE];
}
