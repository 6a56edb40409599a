import type { AccessControl } from '../access/access-control.js';
import type { HubCounters, HubEvents } from '../events.js';
import type { Guard } from '../guard.js';
import type { Draft, MessageLog, Outcome } from '../log/index.js';
import type { Clock } from '../time/clock.js';
import type { PublishOutcome, PublishRequest } from './publish-request.js';
import type { Publisher } from './speaker.js';

/** What publishing works with. */
export interface PublishingParts {
  readonly counters: HubCounters;
  readonly events: HubEvents;
  readonly guard: Guard;
  readonly clock: Clock;
}

/** Hands to the log what somebody may say. */
export class Publishing {
  constructor(
    private readonly parts: PublishingParts,
    private readonly log: MessageLog,
    private readonly control: AccessControl,
  ) {}

  /**
   * @param settled told what became of it, if somebody wants to know
   * @param sender whose message it is, if it is a client's: then its rights are judged
   */
  publish(
    { clientId, user, channel, content, key }: PublishRequest,
    settled?: (outcome: PublishOutcome) => void,
    sender?: Publisher,
  ): void {
    const { counters, clock, events } = this.parts;
    counters.messagesReceived++;
    if (sender !== undefined) sender.messagesIn++;
    if (!this.mayPublish(sender, channel)) {
      this.refuse(sender as Publisher, channel, settled);
      return;
    }
    const timestamp = clock.unixSeconds();
    const draft = { channel, clientId, user: sender?.access?.user ?? user, key, timestamp, content };
    this.log.append(draft, events.isWatched ? this.watching(draft, settled, sender) : settled);
  }

  /** What was read of a connection that has ended since is handled all the same, but not beyond the end of its token. */
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
