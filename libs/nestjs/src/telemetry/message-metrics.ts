import type { Flush, Hub, HubObserver, MessageLog } from '@ws-hub/hub';
import { Histogram } from 'prom-client';
import type { Instruments } from './instruments.js';

const MS_PER_S = 1_000;
/** The id of the trace in a W3C traceparent. */
const TRACE_ID = /^00-([0-9a-f]{32})-/;

/** Metrics of messages: published, stored, and delivered to subscribers. */
export class MessageMetrics implements HubObserver {
  private readonly internalErrors;
  private readonly flushDuration;
  private readonly flushMessages;
  private readonly publishDuration;

  constructor(private readonly instruments: Instruments) {
    this.internalErrors = instruments.counter(
      'hub_internal_errors_total',
      'Connections and requests that a bug of the hub ended.',
      [],
    );
    this.flushDuration = instruments.histogram(
      'hub_flush_duration_seconds',
      'Time to write one flush to all its recipients.',
      [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1],
    );
    this.flushMessages = instruments.histogram(
      'hub_flush_messages',
      'Messages per flush.',
      [1, 3, 10, 30, 100, 300, 1_000, 3_000],
    );
    this.publishDuration = this.withExemplars();
  }

  /** Reads the counters of the hub and its log at each scrape. */
  watch(hub: Hub, log: MessageLog): void {
    hub.events.attach(this);
    this.watchMessages(hub);
    this.watchLog(hub, log);
  }

  flushed({ messages, durationMs }: Flush): void {
    this.flushMessages.observe(messages);
    this.flushDuration.observe(durationMs / MS_PER_S);
  }

  publishTimed(durationMs: number, trace: string | undefined): void {
    const [, trace_id] = TRACE_ID.exec(trace ?? '') ?? [];
    const exemplarLabels = trace_id === undefined ? {} : { trace_id };
    this.publishDuration.observe({ value: durationMs / MS_PER_S, exemplarLabels });
  }

  failed(): void {
    this.internalErrors.inc();
  }

  private watchMessages({ counters }: Hub): void {
    const running: [string, string, () => number][] = [
      ['hub_messages_received_total', 'Messages that clients published.', () => counters.messagesReceived],
      ['hub_deliveries_total', 'Messages handed to a recipient.', () => counters.deliveries],
      ['hub_received_bytes_total', 'Bytes received on WebSocket connections.', () => counters.receivedBytes],
      ['hub_sent_bytes_total', 'Bytes of messages written to clients.', () => counters.sentBytes],
      ['hub_replayed_messages_total', 'Messages and acks sent in replays.', () => counters.replayed],
    ];
    for (const [name, help, read] of running) this.instruments.running(name, help, read);
  }

  private watchLog({ counters, histories }: Hub, log: MessageLog): void {
    const { instruments } = this;
    const duplicates = 'Messages that were not stored again because their key was known.';
    instruments.running('hub_duplicate_publishes_total', duplicates, () => counters.duplicates);
    const unavailable = 'Messages that the log could not store.';
    instruments.running('hub_unavailable_publishes_total', unavailable, () => counters.unavailable);
    const skipped = 'Entries of the stream, and notices, that were not written by a hub.';
    instruments.running('hub_log_skipped_entries_total', skipped, () => log.skipped);
    const forgotten = 'Keys forgotten within a minute because there were more than LOG_MAX_KEYS.';
    instruments.running('hub_log_forgotten_keys_total', forgotten, () => log.forgottenKeys);
    const kept = 'Messages kept for replay.';
    instruments.momentary('hub_log_entries', kept, () => log.size);
    instruments.momentary('hub_log_bytes', 'Approximate size of these messages in bytes.', () => log.bytes);
    instruments.momentary('hub_log_ready', 'Whether messages can be stored.', () => (log.isReady ? 1 : 0));
    instruments.momentary('hub_pending_appends', 'Messages that wait to be stored.', () => log.pending);
    const seats = 'Histories that clients are reading now.';
    instruments.momentary('hub_histories_reading', seats, () => histories.size);
  }

  /** Created outside its registry: prom-client rejects exemplars in one that starts with the text format. */
  private withExemplars(): Histogram {
    const histogram = new Histogram({
      name: 'hub_publish_duration_seconds',
      help: 'Time from accepting a message to storing it, for a sample of messages.',
      buckets: [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
      enableExemplars: true,
      registers: [],
    });
    this.instruments.registry.registerMetric(histogram);
    return histogram;
  }
}
