import type { Account, Hub } from '@ws-hub/hub';

/** Channels examined, and channels counted, per piece of work. */
const LOOKED_AT = 1_000;
const COUNTED = 50;

export interface ChannelCount {
  readonly channel: string;
  readonly connections: number;
}

/** Selects channels. */
export interface ChannelQuery {
  readonly prefix: string;
  /** The last channel of the previous page; empty for the first page. */
  readonly after: string;
  readonly limit: number;
}

/**
 * Lists occupied channels by name, one piece of work at a time: there may be very many.
 *
 * @param account charged for the work
 */
export function listChannels(
  hub: Hub,
  query: ChannelQuery,
  account: Account,
): Promise<readonly ChannelCount[]> {
  return new Promise((resolve, reject) => {
    hub.budget.enqueue('replay', new ChannelListing(hub, query, account, resolve, reject));
  });
}

/** A task for the hub's work budget. */
class ChannelListing {
  private readonly channels: IterableIterator<string>;
  private isWalked = false;
  private found: string[] = [];
  private readonly counts: ChannelCount[] = [];

  constructor(
    private readonly hub: Hub,
    private readonly query: ChannelQuery,
    private readonly account: Account,
    private readonly done: (counts: readonly ChannelCount[]) => void,
    private readonly gaveUp: (error: Error) => void,
  ) {
    this.channels = hub.inspection.channels();
  }

  work(): boolean {
    let isDone = false;
    this.hub.budget.charge(this.account, () => {
      if (!this.isWalked) this.walk();
      else isDone = this.count();
    });
    if (isDone) this.done(this.counts);
    return !isDone;
  }

  failed(): void {
    this.gaveUp(new Error('listing channels has failed'));
  }

  private walk(): void {
    for (let looked = 0; looked < LOOKED_AT; looked++) {
      const { value: channel, done } = this.channels.next();
      if (done === true) {
        this.isWalked = true;
        break;
      }
      if (channel > this.query.after && channel.startsWith(this.query.prefix)) this.found.push(channel);
    }
    if (this.isWalked || this.found.length > this.query.limit + LOOKED_AT) this.keepFirst();
  }

  private keepFirst(): void {
    this.found = this.found.sort().slice(0, this.query.limit);
  }

  private count(): boolean {
    for (const channel of this.found.slice(this.counts.length, this.counts.length + COUNTED))
      this.counts.push({ channel, connections: this.hub.inspection.listenersOn(channel) });
    return this.counts.length === this.found.length;
  }
}
