import type { HubObserver } from '@ws-hub/hub';

/** So many channels webhooks tell of at a time; those beyond are told of when they are occupied anew and there is room. */
export const MAX_CHANNELS = 99_000;
/** With more changes than this at a time it is cheaper to look at all channels. */
const MAX_CHANGED = 10_000;

export interface ChannelsOfHub {
  channels(): Iterable<string>;
  listenersOn(channel: string): number;
}

/** Which channels have become occupied or vacant. */
export interface OccupancyChange {
  readonly on: readonly string[];
  readonly off: readonly string[];
}

/** The channels that somebody hears on this hub, as they were at the last look. */
export class OwnChannels implements HubObserver {
  readonly known = new Set<string>();
  private readonly changed = new Set<string>();
  private looksAtAll = true;

  /** @param isWanted whether anybody wants to know of this channel @param full told when there are too many */
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

  /** What has changed since the last look. A channel that was left and heard again meanwhile has not. */
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
