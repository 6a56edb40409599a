import { type IncomingMessage, ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { Clock, Hub } from '@ws-hub/hub';
import { hasBody } from '../gateway/admission.js';
import { refusal } from '../gateway/caps.js';
import { RefusalCounter } from '../gateway/refusal-counter.js';
import { HubMetrics } from '../telemetry/hub-metrics.js';
import { Bodies, SMALL_BYTES } from './bodies.js';
import { type BodyLimits, bodyLengthOf } from './body-length.js';
import { Cors } from './cors.js';
import type { HttpCaller } from './http-caller.js';
import { HttpCallers } from './http-callers.js';
import { HTTP_OPTIONS } from './http-options.js';
import { HttpPublishing } from './http-publishing.js';
import { HttpRates } from './http-rates.js';
import type { RouteName } from './http-routes.js';
import { isClosed } from './platform.js';
import { Problem } from './problem.js';
import { type RequestState, stateOf } from './request-state.js';

const PIPELINED = new Problem(400, 'pipelined requests are not supported', {
  headers: { Connection: 'close' },
  reason: 'pipelined',
});
const TOO_MANY = refusal(429, 'http_rate', 'too many requests from this address');
/** Content types that any body may have. Each route restricts them further. */
const BODY_TYPE = /^(text\/plain|application\/json)\s*(;|$)/i;

/**
 * The checks of every request below `/v1` before any byte of its body is read: origin, rate, credentials, and room for
 * its body. They run once per request, from the server's own entry or from the guard of a route.
 */
@Injectable()
export class HttpGate {
  private readonly bodies = new Bodies();
  private readonly responseOnClose = responseOnClose((state, response) => this.closed(state, response));

  constructor(
    @Inject(HTTP_OPTIONS) private readonly options: BodyLimits,
    private readonly callers: HttpCallers,
    private readonly cors: Cors,
    private readonly rates: HttpRates,
    private readonly refusals: RefusalCounter,
    private readonly metrics: HubMetrics,
    private readonly publishing: HttpPublishing,
    private readonly hub: Hub,
    private readonly clock: Clock,
  ) {
    metrics.http.bodyBytes = () => this.bodies.bytes;
  }

  /**
   * The first, cheap checks, which may run before it is the request's turn.
   *
   * @param route as for `enter`
   * @throws Problem 400, 403, 429
   */
  charge(request: IncomingMessage, response: ServerResponse, route: RouteName | undefined): void {
    const state = stateOf(request);
    if (state.isCharged) return;
    state.isCharged = true;
    state.route = route;
    state.chargedAtMs = this.clock.monotonicMs();
    response.on('close', this.responseOnClose);
    // The client should move to another hub.
    if (this.hub.isDraining) response.setHeader('Connection', 'close');
    try {
      if (isPipelined(response)) throw PIPELINED;
      this.cors.allow(request, response);
      if (!this.rates.charge(request, this.callers.addressOf(request))) throw problemOf(TOO_MANY);
    } catch (error) {
      this.refuse(request, error);
    }
  }

  /**
   * Admits a request.
   *
   * @param route undefined for an unknown path or method, and for a preflight, which has no credentials
   * @returns synchronously if no key set or webhook has to be asked
   * @throws Problem; also as a rejection
   */
  enter(
    request: IncomingMessage,
    response: ServerResponse,
    route: RouteName | undefined,
  ): Promise<void> | undefined {
    const state = stateOf(request);
    if (state.hasEntered) return state.entering;
    state.hasEntered = true;
    this.charge(request, response, route);
    if (route === undefined) return undefined;
    try {
      const caller = this.callers.judge(request, { query: route === 'events' });
      if (!(caller instanceof Promise)) return this.welcome(request, response, caller);
      state.entering = caller
        .then((judged) => this.welcome(request, response, judged))
        .catch((error: unknown) => this.refuse(request, error));
      return state.entering;
    } catch (error) {
      return this.refuse(request, error);
    }
  }

  private welcome(request: IncomingMessage, response: ServerResponse, caller: HttpCaller): undefined {
    if (caller.isKnown) this.rates.refund(request);
    if (hasBody(request)) this.makeRoom(request, response, caller);
  }

  private makeRoom(request: IncomingMessage, response: ServerResponse, caller: HttpCaller): void {
    const { route } = stateOf(request);
    const length = bodyLengthOf(request, route, this.options);
    if (!BODY_TYPE.test(request.headers['content-type'] ?? ''))
      throw new Problem(415, 'a body must be application/json or text/plain, and its Content-Type say so');
    if (!isPlain(request)) throw new Problem(415, 'a body must have no Content-Encoding');
    // Reading a large body of a caller that is over its rate would cost more than rejecting it.
    if (length > SMALL_BYTES && isPublished(route)) this.publishing.admit(caller, 0, 0);
    // The client left in the meantime, so nothing would release the room.
    if (isClosed(response)) return;
    this.bodies.take(caller, length);
    stateOf(request).bodyBytes = length;
  }

  private closed({ route, caller, bodyBytes, chargedAtMs }: RequestState, response: ServerResponse): void {
    // Without a response, the client has left.
    const status = response.headersSent ? String(response.statusCode) : 'none';
    this.metrics.http.answered(route ?? 'other', status, this.clock.monotonicMs() - chargedAtMs);
    if (caller !== undefined && bodyBytes > 0) this.bodies.giveBack(caller, bodyBytes);
  }

  private refuse(request: IncomingMessage, error: unknown): never {
    if (error instanceof Problem && error.reason !== undefined) {
      const { status, reason, message } = error;
      this.refusals.requestRefused(request, { status, reason, message });
    }
    throw error;
  }
}

/**
 * Whether an earlier request on the same connection is still unanswered. If that connection ends, Node emits no event
 * for the responses behind it, so whatever such a request holds would never be released.
 */
function isPipelined(response: ServerResponse): boolean {
  return response instanceof ServerResponse && response.socket === null && !response.destroyed;
}

function isPublished(route: RouteName | undefined): boolean {
  return route === 'publish' || route === 'batch';
}

/** RFC 9110, section 8.4. */
function isPlain({ headers }: IncomingMessage): boolean {
  return /^(identity)?$/i.test(headers['content-encoding'] ?? '');
}

/** One function for all responses. */
function responseOnClose(closed: (state: RequestState, response: ServerResponse) => void) {
  return function (this: ServerResponse): void {
    closed(stateOf(this.req), this);
  };
}

function problemOf({ status, message, headers = {}, reason }: ReturnType<typeof refusal>): Problem {
  return new Problem(status, message, { headers, reason });
}
