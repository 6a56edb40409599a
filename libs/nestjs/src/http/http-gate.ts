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

const PIPELINED = new Problem(400, 'a request before the last one was answered', {
  headers: { Connection: 'close' },
  reason: 'pipelined',
});
const TOO_MANY = refusal(429, 'http_rate', 'too many requests from this address');
/** What a body may be at all; which of them a route takes it says itself. */
const BODY_TYPE = /^(text\/plain|application\/json)\s*(;|$)/i;

/**
 * What every request below `/v1` passes before any byte of its body is read: origin, rate, credentials, and room for its
 * body. It passes once, whoever asks first: the server's door, or the guard of a route.
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
   * The first, cheap part, which may be done before it is the request's turn.
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
    // Its client is to come back to another hub.
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
   * Lets a request in.
   *
   * @param route undefined for a path or method that is not there, and for a preflight, which has no credentials
   * @returns at once where no key set or webhook has to be asked
   * @throws Problem; also later
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
    // To read a large body of somebody who is over the rate already would cost more than the answer says.
    if (length > SMALL_BYTES && isPublished(route)) this.publishing.admit(caller, 0, 0);
    // Its client has left while it was judged, and nothing would give the room back.
    if (isClosed(response)) return;
    this.bodies.take(caller, length);
    stateOf(request).bodyBytes = length;
  }

  private closed({ route, caller, bodyBytes, chargedAtMs }: RequestState, response: ServerResponse): void {
    // Without an answer, its client has left.
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
 * Whether an earlier request on the same connection has no answer yet. If that connection ends, Node tells nobody of the
 * answers whose turn has not come: whatever such a request holds would be held for good.
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
