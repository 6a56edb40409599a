import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Injectable, OnApplicationShutdown } from '@nestjs/common';
import { CLOSE_CODES } from '@ws-hub/protocol';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What ws reports where no close frame came, or an empty one (RFC 6455, section 7.1.5). */
const NO_CODE = [1005, 1006];
/** A client may send any code from 3000 to 4999: each would be a time series of its own. */
const KNOWN_CODES = new Set([...CLOSE_CODES.map(({ code }) => code), ...NO_CODE]);
/** How often the loop is looked at; more often costs an idle hub one percent of a core. */
const EVENT_LOOP_RESOLUTION_MS = 20;
const NS_PER_S = 1e9;

/**
 * What Prometheus is told of the hub. Names follow its conventions: base units, `_total` for counters.
 *
 * What happens for each message is counted in plain numbers and handed over when it is asked for.
 */
@Injectable()
export class HubMetrics implements OnApplicationShutdown {
  readonly registry = new Registry();
  messagesReceived = 0;
  deliveries = 0;
  receivedBytes = 0;
  sentBytes = 0;
  duplicates = 0;
  unavailable = 0;
  replayed = 0;
  /** Set by whoever knows; called at each scrape. */
  queuedBytes: () => number = () => 0;
  logEntries: () => number = () => 0;
  logBytes: () => number = () => 0;
  logReady: () => boolean = () => true;
  pendingAppends: () => number = () => 0;
  skippedEntries: () => number = () => 0;
  forgottenKeys: () => number = () => 0;

  readonly connections = this.gauge('hub_connections', 'Connections that are open now.');
  readonly connects = this.counter('hub_connects_total', 'Handshakes by result.', ['result']);
  readonly refusals = this.counter('hub_refusals_total', 'Handshakes that were refused, by reason.', [
    'reason',
  ]);
  readonly disconnects = this.counter('hub_disconnects_total', 'Connections that ended, by close code.', [
    'code',
  ]);
  readonly slowConsumers = this.counter(
    'hub_slow_consumers_total',
    'Clients closed with 1013 because they did not keep up.',
    ['reason'],
  );
  readonly pauses = this.counter(
    'hub_pauses_total',
    'Times that a publisher was not read from for a while.',
    ['reason'],
  );
  readonly violations = this.counter(
    'hub_violations_total',
    'Connections ended for a breach of the protocol or a limit on it.',
    ['reason'],
  );
  readonly internalErrors = this.counter(
    'hub_internal_errors_total',
    'Connections and requests that a bug of the hub has ended.',
    [],
  );
  readonly resumes = this.counter(
    'hub_resumes_total',
    'Clients that came back with a position, by result: recovered, or gap.',
    ['result'],
  );
  readonly flushDuration = this.histogram(
    'hub_flush_duration_seconds',
    'Time to write one flush to all its recipients.',
    [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1],
  );
  readonly flushMessages = this.histogram(
    'hub_flush_messages',
    'Messages that left together in one flush.',
    [1, 3, 10, 30, 100, 300, 1_000, 3_000],
  );
  readonly pingRoundTrip = this.histogram(
    'hub_ping_round_trip_seconds',
    'Time from a ping to its pong.',
    [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
  );

  private readonly eventLoopDelay = monitorEventLoopDelay({ resolution: EVENT_LOOP_RESOLUTION_MS });

  constructor() {
    this.running(
      'hub_messages_received_total',
      'Messages that clients published.',
      () => this.messagesReceived,
    );
    this.running('hub_deliveries_total', 'Messages handed to a recipient.', () => this.deliveries);
    this.running(
      'hub_received_bytes_total',
      'Bytes received on WebSocket connections.',
      () => this.receivedBytes,
    );
    this.running('hub_sent_bytes_total', 'Bytes of messages written to clients.', () => this.sentBytes);
    this.momentary('hub_queued_bytes', 'Bytes that wait in this process for slow clients.', () =>
      this.queuedBytes(),
    );
    this.watchLog();
    this.watchEventLoop();
  }

  disconnected(code: number): void {
    this.disconnects.inc({ code: KNOWN_CODES.has(code) ? String(code) : 'other' });
  }

  onApplicationShutdown(): void {
    this.eventLoopDelay.disable();
  }

  private watchLog(): void {
    this.running(
      'hub_duplicate_publishes_total',
      'Messages whose key was known already, so that they were not stored again.',
      () => this.duplicates,
    );
    this.running(
      'hub_unavailable_publishes_total',
      'Messages that the log could not take.',
      () => this.unavailable,
    );
    this.running('hub_replayed_messages_total', 'Messages and acks sent in replays.', () => this.replayed);
    this.momentary('hub_log_entries', 'Messages that are kept for clients that come back.', () =>
      this.logEntries(),
    );
    this.momentary('hub_log_bytes', 'Bytes that these messages take, about.', () => this.logBytes());
    this.momentary('hub_log_ready', 'Whether messages can be stored.', () => (this.logReady() ? 1 : 0));
    this.momentary('hub_pending_appends', 'Messages that wait to be stored.', () => this.pendingAppends());
    this.running('hub_log_skipped_entries_total', 'Entries of the stream that no hub has written.', () =>
      this.skippedEntries(),
    );
    this.running(
      'hub_log_forgotten_keys_total',
      'Keys that were forgotten within a minute, since there were more than LOG_MAX_KEYS.',
      () => this.forgottenKeys(),
    );
  }

  private watchEventLoop(): void {
    this.eventLoopDelay.enable();
    const delay = this.eventLoopDelay;
    new Gauge({
      name: 'hub_event_loop_delay_seconds',
      help: 'Delay of the event loop since the last scrape.',
      labelNames: ['quantile'],
      registers: [this.registry],
      collect() {
        this.set({ quantile: '0.5' }, delaySeconds(delay.percentile(50)));
        this.set({ quantile: '0.99' }, delaySeconds(delay.percentile(99)));
        this.set({ quantile: '1' }, delaySeconds(delay.max));
        delay.reset();
      },
    });
  }

  private running(name: string, help: string, read: () => number): void {
    new Counter({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }

  private momentary(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }

  private counter<Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  private gauge(name: string, help: string): Gauge {
    return new Gauge({ name, help, registers: [this.registry] });
  }

  private histogram(name: string, help: string, buckets: number[]): Histogram {
    return new Histogram({ name, help, buckets, registers: [this.registry] });
  }
}

/** Node records the time between two looks, of which only what goes beyond their distance is delay. */
function delaySeconds(betweenLooksNs: number): number {
  return Math.max(0, betweenLooksNs / NS_PER_S - EVENT_LOOP_RESOLUTION_MS / 1_000);
}
