import { Injectable, OnApplicationShutdown } from '@nestjs/common';
import type { Hub, MessageLog } from '@ws-hub/hub';
import { ConnectionMetrics } from './connection-metrics.js';
import { type Exposition, expose } from './exposition.js';
import { HttpMetrics } from './http-metrics.js';
import { Instruments } from './instruments.js';
import { LoopMetrics } from './loop-metrics.js';
import { MessageMetrics } from './message-metrics.js';

/** The hub's Prometheus metrics; names are listed in docs/operations.md. */
@Injectable()
export class HubMetrics implements OnApplicationShutdown {
  /** Creates further metrics in the same registry. */
  readonly instruments = new Instruments();
  readonly registry = this.instruments.registry;
  readonly http = new HttpMetrics(this.instruments);
  readonly httpRequests = this.http.requests;
  readonly connects = this.instruments.counterOf('hub_connects_total', 'Handshakes by result.', 'result', [
    'accepted',
    'refused',
  ]);
  readonly refusals = this.instruments.counter(
    'hub_refusals_total',
    'Handshakes and requests that were rejected, by reason.',
    ['reason'],
  );
  readonly handlerCalls = this.instruments.counter(
    'hub_handler_calls_total',
    "Calls of the application's handlers, by result.",
    ['result'],
  );
  readonly webhookEvents = this.instruments.counterOf(
    'hub_webhook_events_total',
    'Webhook events, by result: delivered, given_up.',
    'result',
    ['delivered', 'given_up'],
  );
  private readonly connections = new ConnectionMetrics(this.instruments);
  private readonly messages = new MessageMetrics(this.instruments);
  private readonly loop = new LoopMetrics(this.instruments);

  /** The number of events that wait for the webhook receiver; set by the sender. */
  webhookQueue = (): number => 0;

  constructor() {
    const waiting = 'Messages read from the log that wait for the webhook receiver.';
    this.instruments.momentary('hub_webhook_queue', waiting, () => this.webhookQueue());
  }

  /** Reads the counters of the hub and its log at each scrape. */
  watch(hub: Hub, log: MessageLog): void {
    this.connections.watch(hub);
    this.messages.watch(hub, log);
    this.loop.watch(hub.budget);
  }

  /**
   * The response to a scrape: OpenMetrics with exemplars for scrapers that accept it, otherwise the text format 0.0.4.
   *
   * @param accept the `Accept` header of the request
   * @returns the body and its content type
   */
  expose(accept?: string): Promise<Exposition> {
    return expose(this.registry, accept);
  }

  onApplicationShutdown(): void {
    this.loop.end();
  }
}
