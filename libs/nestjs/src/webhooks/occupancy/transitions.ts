import { randomUUID } from 'node:crypto';
import { type Clock, type Lead, LedgerError } from '@ws-hub/hub';
import type { EventFilter } from '../event-filter.js';
import type { WebhookEvent } from '../webhook-event.js';
import type { Result } from '../webhook-sender.js';
import { MAX_CHANNELS } from './own-channels.js';

const TOLD = 'occupied.';
const UNDER_WAY = 'transitions';

/** A channel that has become occupied or vacant. */
interface Transition {
  readonly id: string;
  readonly channel: string;
  readonly isOccupied: boolean;
  readonly timestamp: string;
}

export interface TransitionParts {
  readonly lead: Lead;
  readonly filter: EventFilter;
  readonly clock: Clock;
  /** Whether the channel has subscribers on any hub. */
  isOccupied(channel: string): boolean;
  /** More channels are occupied than are tracked. */
  full(told: number): void;
}

/**
 * What the receiver knows about channels, and what it has to be sent. Only the difference between the actual and the
 * sent state counts, so it converges whatever happens in between. A transition is written to the ledger before it is
 * sent, so that it has the same id on every attempt and every hub. Its new state is written once the receiver has
 * accepted it.
 */
export class Transitions {
  /** Channels whose state may differ from the one that was sent. */
  private readonly suspects = new Set<string>();
  private underWay: readonly Transition[];

  /**
   * @param vacantFromMs monotonic time before which no channel counts as vacant: other hubs may not have reported it
   *   yet
   */
  constructor(
    private readonly parts: TransitionParts,
    private readonly vacantFromMs: number,
  ) {
    this.underWay = JSON.parse(parts.lead.entries.get(UNDER_WAY) ?? '[]');
  }

  get hasSome(): boolean {
    return this.suspects.size + this.underWay.length > 0;
  }

  suspect(channel: string): void {
    this.suspects.add(channel);
  }

  /** Adds all channels that were sent as occupied. */
  suspectAll(): void {
    for (const key of this.parts.lead.entries.keys())
      if (key.startsWith(TOLD)) this.suspects.add(key.slice(TOLD.length));
  }

  /** The next ones. Returns the same ones until they are settled. */
  async take(max: number): Promise<readonly WebhookEvent[]> {
    try {
      for (;;) {
        if (this.underWay.length === 0) await this.begin(this.differences(max));
        const events = this.underWay.filter((each) => this.isWanted(each)).map(eventOf);
        if (events.length > 0 || this.underWay.length === 0) return events;
        await this.finish('delivered');
      }
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      // The lead ends, and the next leader sends them.
      return [];
    }
  }

  /**
   * A transition that was given up is sent again as a new one.
   *
   * @returns false if the result could not be written: then the same transitions are sent again, with the same ids
   */
  async settle(result: Result): Promise<boolean> {
    try {
      await this.finish(result);
      return true;
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      return false;
    }
  }

  private async finish(result: Result): Promise<void> {
    const { lead } = this.parts;
    if (this.underWay.length === 0) return;
    if (result === 'delivered')
      await Promise.all(
        this.underWay.map(({ channel, isOccupied }) => lead.set(TOLD + channel, isOccupied ? '' : undefined)),
      );
    await lead.set(UNDER_WAY, undefined);
    for (const { channel } of this.underWay) this.suspects.add(channel);
    this.underWay = [];
  }

  private async begin(transitions: readonly Transition[]): Promise<void> {
    if (transitions.length === 0) return;
    try {
      await this.parts.lead.set(UNDER_WAY, JSON.stringify(transitions));
    } catch (error) {
      for (const { channel } of transitions) this.suspects.add(channel);
      throw error;
    }
    this.underWay = transitions;
  }

  private differences(max: number): Transition[] {
    const { clock, lead, full } = this.parts;
    const mayBeVacant = clock.monotonicMs() >= this.vacantFromMs;
    const timestamp = new Date(clock.unixMs()).toISOString();
    const found: Transition[] = [];
    for (const channel of this.suspects) {
      if (found.length >= max) break;
      const isOccupied = this.parts.isOccupied(channel);
      const isSame = isOccupied === lead.entries.has(TOLD + channel);
      if (!isSame && !isOccupied && !mayBeVacant) continue;
      this.suspects.delete(channel);
      if (isSame) continue;
      if (isOccupied && lead.entries.size + found.length >= MAX_CHANNELS) full(MAX_CHANNELS);
      else found.push({ id: `occ_${randomUUID()}`, channel, isOccupied, timestamp });
    }
    return found;
  }

  private isWanted({ channel, isOccupied }: Transition): boolean {
    return this.parts.filter.wants(isOccupied ? 'channel_occupied' : 'channel_vacated', channel);
  }
}

function eventOf({ id, channel, isOccupied, timestamp }: Transition): WebhookEvent {
  return {
    id,
    type: isOccupied ? 'channel_occupied' : 'channel_vacated',
    timestamp,
    data: { channel },
  };
}
