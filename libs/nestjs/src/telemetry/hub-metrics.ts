import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Injectable, OnApplicationShutdown } from '@nestjs/common';
import type {
  Access,
  Connection,
  Departure,
  Flush,
  Hub,
  HubObserver,
  MessageLog,
  PauseReason,
  Revocation,
  SlowReason,
  Violation,
} from '@ws-hub/hub';
import { CLOSE_CODES } from '@ws-hub/protocol';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What ws reports where no close frame came, or an empty one (RFC 6455, section 7.1.5). */
const NO_CODE = [1005, 1006];
/** A client may send any code from 3000 to 4999: each would be a time series of its own. */
const KNOWN_CODES = new Set([...CLOSE_CODES.map(({ code }) => code), ...NO_CODE]);
/** How often the loop is looked at; more often costs an idle hub one percent of a core. */
const EVENT_LOOP_RESOLUTION_MS = 20;
const NS_PER_S = 1e9;
const MS_PER_S = 1_000;

/**
 * What Prometheus is told of the hub. Names follow its conventions: base units, `_total` for counters.
 *
 * What happens for each message is counted in plain numbers and handed over when it is asked for.
 */
@Injectable()
export class HubMetrics implements HubObserver, OnApplicationShutdown {
  readonly registry = new Registry();
  readonly connects = this.counter('hub_connects_total', 'Handshakes by result.', ['result']);
  readonly refusals = this.counter(
    'hub_refusals_total',
    'Handshakes and requests that were refused, by reason.',
    ['reason'],
  );
  private readonly disconnects = this.counter(
    'hub_disconnects_total',
    'Connections that ended, by close code.',
    ['code'],
  );
  private readonly slowConsumers = this.counter(
    'hub_slow_consumers_total',
    'Clients closed with 1013 because they did not keep up.',
    ['reason'],
  );
  private readonly pauses = this.counter(
    'hub_pauses_total',
    'Times that a publisher was not read from for a while.',
    ['reason'],
  );
  private readonly violations = this.counter(
    'hub_violations_total',
    'Connections ended for a breach of the protocol or a limit on it.',
    ['reason'],
  );
  private readonly internalErrors = this.counter(
    'hub_internal_errors_total',
    'Connections and requests that a bug of the hub has ended.',
    [],
  );
  private readonly resumes = this.counter(
    'hub_resumes_total',
    'Clients that came back with a position, by result: recovered, or gap.',
    ['result'],
  );
  private readonly access = this.counter(
    'hub_access_total',
    'Rights given and taken away, by result: granted, renewed, refused, forbidden, expired, revoked.',
    ['result'],
  );
  readonly handlerCalls = this.counter(
    'hub_handler_calls_total',
    "Calls of the application's handlers, by result.",
    ['result'],
  );
  readonly httpRequests = this.counter(
    'hub_http_requests_total',
    'Requests below /v1, by route and status.',
    ['route', 'status'],
  );
  readonly webhookEvents = this.counter(
    'hub_webhook_events_total',
    'Events for the receiver of webhooks, by result: delivered, given_up.',
    ['result'],
  );
  private readonly flushDuration = this.histogram(
    'hub_flush_duration_seconds',
    'Time to write one flush to all its recipients.',
    [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1],
  );
  private readonly flushMessages = this.histogram(
    'hub_flush_messages',
    'Messages that left together in one flush.',
    [1, 3, 10, 30, 100, 300, 1_000, 3_000],
  );
  private readonly pingRoundTrip = this.histogram(
    'hub_ping_round_trip_seconds',
    'Time from a ping to its pong.',
    [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
  );

  private readonly eventLoopDelay = monitorEventLoopDelay({ resolution: EVENT_LOOP_RESOLUTION_MS });

  /** How many events wait for the receiver of webhooks, for whoever sends them. */
  webhookQueue = (): number => 0;

  constructor() {
    this.watchEventLoop();
    const waiting = 'Messages that were read from the log for the receiver of webhooks, and wait.';
    this.momentary('hub_webhook_queue', waiting, () => this.webhookQueue());
  }

  /** Reads at each scrape what the hub and its log count. */
  watch(hub: Hub, log: MessageLog): void {
    hub.events.attach(this);
    this.watchHub(hub);
    this.watchLog(hub, log);
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

  flushed({ messages, durationMs }: Flush): void {
    this.flushMessages.observe(messages);
    this.flushDuration.observe(durationMs / MS_PER_S);
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

  failed(): void {
    this.internalErrors.inc();
  }

  onApplicationShutdown(): void {
    this.eventLoopDelay.disable();
  }

  private countEnd(code: number): void {
    this.disconnects.inc({ code: KNOWN_CODES.has(code) ? String(code) : 'other' });
  }

  private watchHub(hub: Hub): void {
    const { counters } = hub;
    this.momentary('hub_connections', 'Connections that are open now.', () => hub.size);
    this.momentary(
      'hub_queued_bytes',
      'Bytes that wait in this process for slow clients.',
      () => hub.queuedBytes,
    );
    const running: [string, string, () => number][] = [
      ['hub_messages_received_total', 'Messages that clients published.', () => counters.messagesReceived],
      ['hub_deliveries_total', 'Messages handed to a recipient.', () => counters.deliveries],
      ['hub_received_bytes_total', 'Bytes received on WebSocket connections.', () => counters.receivedBytes],
      ['hub_sent_bytes_total', 'Bytes of messages written to clients.', () => counters.sentBytes],
      ['hub_replayed_messages_total', 'Messages and acks sent in replays.', () => counters.replayed],
    ];
    for (const [name, help, read] of running) this.running(name, help, read);
  }

  private watchLog({ counters }: Hub, log: MessageLog): void {
    this.running(
      'hub_duplicate_publishes_total',
      'Messages whose key was known already, so that they were not stored again.',
      () => counters.duplicates,
    );
    this.running(
      'hub_unavailable_publishes_total',
      'Messages that the log could not take.',
      () => counters.unavailable,
    );
    this.running(
      'hub_log_skipped_entries_total',
      'Entries of the stream, and notices, that no hub has written.',
      () => log.skipped,
    );
    this.running(
      'hub_log_forgotten_keys_total',
      'Keys that were forgotten within a minute, since there were more than LOG_MAX_KEYS.',
      () => log.forgottenKeys,
    );
    const kept = 'Messages that are kept for clients that come back.';
    this.momentary('hub_log_entries', kept, () => log.size);
    this.momentary('hub_log_bytes', 'Bytes that these messages take, about.', () => log.bytes);
    this.momentary('hub_log_ready', 'Whether messages can be stored.', () => (log.isReady ? 1 : 0));
    this.momentary('hub_pending_appends', 'Messages that wait to be stored.', () => log.pending);
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

  private histogram(name: string, help: string, buckets: number[]): Histogram {
    return new Histogram({ name, help, buckets, registers: [this.registry] });
  }
}

/** Node records the time between two looks, of which only what goes beyond their distance is delay. */
function delaySeconds(betweenLooksNs: number): number {
  return Math.max(0, betweenLooksNs / NS_PER_S - EVENT_LOOP_RESOLUTION_MS / 1_000);
}
