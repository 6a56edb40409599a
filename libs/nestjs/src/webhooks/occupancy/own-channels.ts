import type { HubObserver } from '@ws-hub/hub';

/**
 * Maximum number of channels that webhooks track. Channels over the limit are reported when they become occupied again
 * and there is room.
 */
export const MAX_CHANNELS = 99_000;
/** With more changes than this it is cheaper to check all channels. */
const MAX_CHANGED = 10_000;

export interface ChannelsOfHub {
  channels(): Iterable<string>;
  listenersOn(channel: string): number;
}

/** The channels that have become occupied or vacant. */
export interface OccupancyChange {
  readonly on: readonly string[];
  readonly off: readonly string[];
}

/** The occupied channels of this hub, as of the last look. */
export class OwnChannels implements HubObserver {
  readonly known = new Set<string>();
  private readonly changed = new Set<string>();
  private looksAtAll = true;

  /** @param isWanted whether the channel is to be tracked @param full called when there are too many */
  constructor(
    private readonly hub: ChannelsOfHub,
    private readonly isWanted: (channel: string) => boolean,
    private readonly full: (watched: number) => void,
    private readonly maxChannels = MAX_CHANNELS,
  ) {}

  channelOccupied(channel: string): void {
    this.note(channel);
  }

  channelVacated(channel: string): void {
    this.note(channel);
  }

  /** The changes since the last look. A channel that became vacant and occupied again in between has not changed. */
  look(): OccupancyChange {
    const candidates = this.looksAtAll ? [...this.known, ...this.hub.channels()] : this.changed;
    const on: string[] = [];
    const off: string[] = [];
    for (const channel of candidates) {
      const isOccupied = this.hub.listenersOn(channel) > 0;
      if (isOccupied === this.known.has(channel)) continue;
      if (!isOccupied) {
        this.known.delete(channel);
        off.push(channel);
      } else if (this.isWanted(channel) && this.hasRoom()) {
        this.known.add(channel);
        on.push(channel);
      }
    }
    this.changed.clear();
    this.looksAtAll = false;
    return { on, off };
  }

  private note(channel: string): void {
    if (this.changed.size < MAX_CHANGED) this.changed.add(channel);
    else this.looksAtAll = true;
  }

  private hasRoom(): boolean {
    if (this.known.size < this.maxChannels) return true;
    this.full(this.known.size);
    return false;
  }
}
