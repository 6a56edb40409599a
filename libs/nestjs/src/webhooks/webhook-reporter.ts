import type { Clock } from '@ws-hub/hub';
import type { HubLogger } from '../logger/hub-logger.js';
import type { HubMetrics } from '../telemetry/hub-metrics.js';

const QUIET_MS = 60_000;

/** The metrics and log lines of webhooks. Names are listed in docs/operations.md. */
export class WebhookReporter {
  private hasFailed = false;
  private unreportedLosses = 0;
  private readonly quietUntilMs = { failed: 0, lost: 0, full: 0 };

  constructor(
    private readonly logger: HubLogger,
    private readonly metrics: Pick<HubMetrics, 'webhookEvents'>,
    private readonly clock: Clock,
  ) {}

  /** Whether this hub sends the webhooks has changed. */
  leads(isLeading: boolean): void {
    this.logger.info(
      { event: 'webhook_sender', leads: isLeading },
      isLeading ? 'this hub sends the webhooks' : 'this hub does not send the webhooks',
    );
  }

  delivered(events: number): void {
    this.metrics.webhookEvents.inc({ result: 'delivered' }, events);
    if (!this.hasFailed) return;
    this.hasFailed = false;
    this.quietUntilMs.failed = 0;
    this.logger.info({ event: 'webhook_recovered' }, 'the webhook receiver accepts events again');
  }

  /** The first failure at once, then at most one line per minute. @param failures of this batch so far */
  failed(reason: string, failures: number): void {
    this.hasFailed = true;
    if (this.isQuiet('failed')) return;
    this.logger.error(
      { event: 'webhook_failed', reason, failures },
      'the webhook receiver does not accept events: they wait',
    );
  }

  givenUp(events: number, reason: string): void {
    this.hasFailed = true;
    this.metrics.webhookEvents.inc({ result: 'given_up' }, events);
    this.logger.error({ event: 'webhook_given_up', events, reason }, 'webhook events were given up');
  }

  /**
   * @param messages dropped from the log before they were read; undefined if the number is unknown because the log is
   *   new
   */
  lost(messages: number | undefined): void {
    this.metrics.webhookEvents.inc({ result: 'given_up' }, messages ?? 0);
    this.unreportedLosses += messages ?? 0;
    if (this.isQuiet('lost')) return;
    this.logger.error(
      { event: 'webhook_messages_lost', messages: this.unreportedLosses },
      'the log dropped messages before they were sent to the webhook receiver',
    );
    this.unreportedLosses = 0;
  }

  /** More channels are occupied than are tracked. */
  tooManyChannels(watched: number): void {
    if (this.isQuiet('full')) return;
    this.logger.warn(
      { event: 'webhook_channels_full', watched },
      'more channels are occupied than webhooks report',
    );
  }

  private isQuiet(what: keyof typeof this.quietUntilMs): boolean {
    const nowMs = this.clock.monotonicMs();
    if (nowMs < this.quietUntilMs[what]) return true;
    this.quietUntilMs[what] = nowMs + QUIET_MS;
    return false;
  }
}
