import { type Candidate, Clock, type Hub, type Lead, type MessageLog, type Position } from '@ws-hub/hub';
import type { HubLogger } from '../logger/hub-logger.js';
import type { HubMetrics } from '../telemetry/hub-metrics.js';
import { EventFilter } from './event-filter.js';
import { Occupancy } from './occupancy/occupancy.js';
import { SILENCE_MS } from './occupancy/other-hubs.js';
import type { WebhookOptions } from './webhook-options.js';
import { WebhookReporter } from './webhook-reporter.js';
import { WebhookRequest } from './webhook-request.js';
import { type TermParts, WebhookTerm } from './webhook-term.js';

/** How often the hub checks for new events. */
const LOOK_MS = 250;
/** How long the shutdown waits for events that can still be sent. */
const FINISH_MS = 2_000;

export interface WebhookParts {
  readonly hub: Hub;
  readonly log: MessageLog;
  readonly clock: Clock;
  readonly logger: HubLogger;
  readonly metrics: HubMetrics;
}

/**
 * Sends the hub's events to the operator's server: at least once, with the same id on every attempt and every hub, and
 * in order within each channel. One hub of a log sends; when it dies another takes over.
 *
 * Messages never wait for webhooks: they are read from the log behind their delivery, and channels are checked four
 * times a second. At-least-once ends where the log ends: with its retention while the receiver is away, which is
 * counted, and with the process for a log in memory.
 */
export class Webhooks implements Candidate {
  private readonly filter: EventFilter;
  private readonly occupancy: Occupancy;
  private readonly reporter: WebhookReporter;
  private readonly termParts: TermParts;
  private term: WebhookTerm | undefined;
  /** Where messages start if none was ever sent; undefined before the log has begun. */
  private head: Position | undefined;
  private vacantFromMs = 0;
  private hasSweptOld = true;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    options: WebhookOptions,
    private readonly parts: WebhookParts,
  ) {
    const { hub, log, clock, logger, metrics } = parts;
    const { guard } = hub;
    this.filter = new EventFilter(options.webhookEvents);
    this.reporter = new WebhookReporter(logger, metrics, clock);
    this.termParts = {
      ...{ log, clock, guard, filter: this.filter, reporter: this.reporter },
      request: new WebhookRequest(options, clock),
    };
    const { isShared } = log.ledger();
    this.occupancy = new Occupancy({
      ...{ hub, log, clock, isShared },
      isWanted: (channel) => this.isWanted(channel),
      full: (watched) => this.reporter.tooManyChannels(watched),
    });
    metrics.webhookQueue = () => this.term?.waiting ?? 0;
  }

  /** Called when the log has started, and nothing was published on this hub yet. */
  start(): void {
    const { log, hub } = this.parts;
    if (log.hasBegun) this.head = log.head;
    this.timer = setInterval(() => hub.guard.run('webhooks', () => this.look()), LOOK_MS).unref();
    log.ledger().lead(this);
  }

  /**
   * Called when no client is connected. Events that cannot be sent soon are left to the next hub, or lost with
   * the log in memory.
   */
  async stop(): Promise<void> {
    if (this.timer === undefined) return;
    clearInterval(this.timer);
    const { guard } = this.parts.hub;
    guard.run('webhooks', () => this.look());
    await this.term?.finish(FINISH_MS).catch((error: unknown) => guard.failed('webhooks', error));
    this.occupancy.end();
    await this.parts.log.ledger().end();
  }

  began(lead: Lead): void {
    const { log, clock } = this.parts;
    this.reporter.leads(true);
    this.hasSweptOld = false;
    this.vacantFromMs = clock.monotonicMs() + (log.ledger().isShared ? SILENCE_MS : 0);
    this.head ??= log.head;
    const { head, vacantFromMs } = this;
    const isOccupied = (channel: string) => this.occupancy.isOccupied(channel);
    const term = new WebhookTerm(this.termParts, lead, { head, vacantFromMs, isOccupied });
    this.term = term;
    this.occupancy.follow((channel) => term.transitions.suspect(channel));
  }

  ended(): void {
    this.reporter.leads(false);
    this.occupancy.unfollow();
    this.term?.abort();
    this.term = undefined;
  }

  private look(): void {
    this.occupancy.look();
    const { term } = this;
    if (term === undefined) return;
    if (!this.hasSweptOld && this.parts.clock.monotonicMs() >= this.vacantFromMs) {
      this.hasSweptOld = true;
      term.transitions.suspectAll();
    }
    term.look();
  }

  private isWanted(channel: string): boolean {
    return this.filter.wants('channel_occupied', channel) || this.filter.wants('channel_vacated', channel);
  }
}
