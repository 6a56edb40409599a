import type { Instruments } from './instruments.js';

const MS_PER_S = 1_000;

/** Bytes of bodies in flight, by kind of sender. */
export type BodyBytes = Readonly<Record<'keys' | 'users' | 'strangers', number>>;

const NO_BODIES: BodyBytes = { keys: 0, users: 0, strangers: 0 };

/** Metrics of the HTTP API, below `/v1`. */
export class HttpMetrics {
  /** Bytes of bodies in flight; set by the object that counts them. */
  bodyBytes = (): BodyBytes => NO_BODIES;
  readonly requests;
  private readonly duration;

  constructor(instruments: Instruments) {
    const requests = 'Requests below /v1, by route and status.';
    this.requests = instruments.counter('hub_http_requests_total', requests, ['route', 'status']);
    this.duration = instruments.histogram(
      'hub_http_request_duration_seconds',
      'Time from the headers of a request below /v1 to the end of its answer, by route; without streams of events.',
      [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
      ['route'],
    );
    const bodies = 'Bytes reserved for the bodies of requests in flight, by kind of sender.';
    instruments.momentaryBy('hub_http_body_bytes', bodies, 'sender', () => Object.entries(this.bodyBytes()));
  }

  /** @param status `none` if the client left without a response */
  answered(route: string, status: string, durationMs: number): void {
    this.requests.inc({ route, status });
    // A stream lasts as long as its listener stays.
    if (route !== 'events' || status !== '200') this.duration.observe({ route }, durationMs / MS_PER_S);
  }
}
