import type {
  Access,
  Connection,
  Departure,
  Hub,
  HubObserver,
  PauseReason,
  Revocation,
  SlowReason,
  Violation,
} from '@ws-hub/hub';
import { CLOSE_CODES } from '@ws-hub/protocol';
import type { Instruments } from './instruments.js';

/** What ws reports where there was no close frame, or an empty one (RFC 6455, section 7.1.5). */
const NO_CODE = [1005, 1006];
/** Clients may send any code from 3000 to 4999, and each would become a time series. */
const KNOWN_CODES = new Set([...CLOSE_CODES.map(({ code }) => code), ...NO_CODE]);
const MS_PER_S = 1_000;

const PAUSES: readonly PauseReason[] = ['rate', 'pressure', 'log'];
const SLOW: readonly SlowReason[] = ['age', 'bytes', 'pressure'];
const VIOLATIONS: readonly Violation[] = ['control_frames', 'identity', 'protocol'];
const RIGHTS = ['granted', 'renewed', 'refused', 'forbidden', 'expired', 'revoked'] as const;

/** Metrics of connections: how many there are, and how they fare. */
export class ConnectionMetrics implements HubObserver {
  private readonly disconnects;
  private readonly slowConsumers;
  private readonly pauses;
  private readonly violations;
  private readonly resumes;
  private readonly access;
  private readonly pingRoundTrip;

  constructor(private readonly instruments: Instruments) {
    this.disconnects = instruments.counter(
      'hub_disconnects_total',
      'Connections that ended, by close code.',
      ['code'],
    );
    const slow = 'Clients closed with 1013 because they did not keep up.';
    this.slowConsumers = instruments.counterOf('hub_slow_consumers_total', slow, 'reason', SLOW);
    const pauses = 'Times that the hub paused reading from a publisher.';
    this.pauses = instruments.counterOf('hub_pauses_total', pauses, 'reason', PAUSES);
    const violations = 'Connections closed for a protocol violation or an exceeded limit.';
    this.violations = instruments.counterOf('hub_violations_total', violations, 'reason', VIOLATIONS);
    const resumes = 'Clients that resumed from a position, by result: recovered, or gap.';
    this.resumes = instruments.counterOf('hub_resumes_total', resumes, 'result', ['recovered', 'gap']);
    const access = `Access granted and withdrawn, by result: ${RIGHTS.join(', ')}.`;
    this.access = instruments.counterOf('hub_access_total', access, 'result', RIGHTS);
    this.pingRoundTrip = instruments.histogram(
      'hub_ping_round_trip_seconds',
      'Time from a ping to its pong.',
      [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    );
  }

  /** Reads the hub's counters at each scrape. */
  watch(hub: Hub): void {
    const { instruments } = this;
    hub.events.attach(this);
    instruments.momentary('hub_connections', 'Currently open connections.', () => hub.size);
    const dialects = 'Currently open connections, by dialect.';
    instruments.momentaryBy('hub_dialect_connections', dialects, 'dialect', () => hub.sizeByDialect);
    const queued = 'Bytes buffered in this process for slow clients.';
    instruments.momentary('hub_queued_bytes', queued, () => hub.queuedBytes);
  }

  disconnected(_connection: Connection, { code }: Departure): void {
    this.countEnd(code);
  }

  leftUnknown(_connection: Connection, code: number): void {
    this.countEnd(code);
  }

  granted(_connection: Connection, _access: Access, isRenewal: boolean): void {
    this.access.inc({ result: isRenewal ? 'renewed' : 'granted' });
  }

  refused(): void {
    this.access.inc({ result: 'refused' });
  }

  forbidden(): void {
    this.access.inc({ result: 'forbidden' });
  }

  expired(): void {
    this.access.inc({ result: 'expired' });
  }

  revoked(_revocation: Revocation, connections: number): void {
    this.access.inc({ result: 'revoked' }, connections);
  }

  pingAnswered(roundTripMs: number): void {
    this.pingRoundTrip.observe(roundTripMs / MS_PER_S);
  }

  paused(reason: PauseReason): void {
    this.pauses.inc({ reason });
  }

  resumed(recovered: boolean): void {
    this.resumes.inc({ result: recovered ? 'recovered' : 'gap' });
  }

  slowConsumer(_connection: Connection, reason: SlowReason): void {
    this.slowConsumers.inc({ reason });
  }

  violation(_connection: Connection, reason: Violation): void {
    this.violations.inc({ reason });
  }

  private countEnd(code: number): void {
    this.disconnects.inc({ code: KNOWN_CODES.has(code) ? String(code) : 'other' });
  }
}
