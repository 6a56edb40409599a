import type { AccessControl } from '../access/access-control.js';
import type { HubCounters, HubEvents } from '../events.js';
import type { Guard } from '../guard.js';
import type { Draft, MessageLog, Outcome } from '../log/index.js';
import type { Clock } from '../time/clock.js';
import type { PublishSpan } from '../tracing/hub-tracer.js';
import type { Tracing } from '../tracing/tracing.js';
import type { PublishOutcome, PublishRequest } from './publish-request.js';
import { PublishTimer } from './publish-timer.js';
import type { Publisher } from './speaker.js';

/** The dependencies of publishing. */
export interface PublishingParts {
  readonly counters: HubCounters;
  readonly events: HubEvents;
  readonly guard: Guard;
  readonly clock: Clock;
  readonly tracing: Tracing;
}

/** Passes permitted messages to the log. */
export class Publishing {
  private readonly timer: PublishTimer;

  constructor(
    private readonly parts: PublishingParts,
    private readonly log: MessageLog,
    private readonly control: AccessControl,
  ) {
    this.timer = new PublishTimer(parts.clock, parts.events);
  }

  /**
   * @param settled called with the result
   * @param sender the client that publishes; its rights are checked
   */
  publish(request: PublishRequest, settled?: (outcome: PublishOutcome) => void, sender?: Publisher): void {
    const { counters, tracing } = this.parts;
    counters.messagesReceived++;
    if (sender !== undefined) sender.messagesIn++;
    const span = tracing.isOn ? tracing.publishing(request, sender) : undefined;
    const told = span === undefined ? settled : this.recording(span, settled);
    if (this.mayPublish(sender, request.channel)) this.append(request, told, sender, span);
    else this.refuse(sender as Publisher, request.channel, told);
  }

  private append(
    { clientId, user: name, channel, content, key }: PublishRequest,
    settled: ((outcome: PublishOutcome) => void) | undefined,
    sender: Publisher | undefined,
    span: PublishSpan | undefined,
  ): void {
    const { clock, events, tracing } = this.parts;
    const timestamp = clock.unixSeconds();
    const user = sender?.access?.user ?? name;
    const draft = { channel, clientId, user, key, timestamp, content, trace: span?.traceparent };
    if (span !== undefined) tracing.appending(span);
    const told = events.isWatched ? this.watching(draft, settled, sender) : settled;
    this.log.append(draft, this.timer.time(draft, told));
  }

  private recording(span: PublishSpan, settled?: (outcome: PublishOutcome) => void) {
    return (outcome: PublishOutcome): void => {
      const id = 'position' in outcome ? this.log.textOf(outcome.position) : undefined;
      this.parts.tracing.settled(span, outcome, id);
      settled?.(outcome);
    };
  }

  /** Input of a connection that has ended since is still handled, but not beyond the expiry of its token. */
  private mayPublish(sender: Publisher | undefined, channel: string): boolean {
    const access = sender?.access;
    if (sender === undefined || access === undefined) return true;
    return access.mayPublish(channel) && (sender.isOpen || !this.control.isOver(access));
  }

  private refuse(
    sender: Publisher,
    channel: string,
    settled: ((outcome: PublishOutcome) => void) | undefined,
  ): void {
    this.parts.events.forbidden(sender, 'publish', [channel]);
    settled?.({ result: 'forbidden', reason: `this client may not publish on ${channel}` });
  }

  private watching(draft: Draft, settled?: (outcome: Outcome) => void, sender?: Publisher) {
    const { guard, events } = this.parts;
    return (outcome: Outcome): void => {
      if (outcome.result === 'stored') {
        const { position } = outcome;
        guard.run('accepted', () => events.stored({ ...draft, position }, sender));
      }
      settled?.(outcome);
    };
  }
}
