import type { Channel } from './channel.js';
import type { Place } from './pages.js';
import { Holder, type Measure, Ranking } from './ranking.js';

/** The entries of one author on one channel; the oldest is dropped first. Its age is that of its oldest entry. */
export class Share extends Holder<Share> {
  oldest: Place | undefined;
  private newest: Place | undefined;

  constructor(
    readonly author: Author,
    readonly channel: Channel,
  ) {
    super();
  }

  add(place: Place): void {
    place.share = this;
    if (this.newest === undefined) this.oldest = place;
    else this.newest.nextOwn = place;
    this.newest = place;
    this.gain(place);
    this.age = this.oldest?.position ?? 0;
  }

  takeOldest(): void {
    const place = this.oldest;
    if (place === undefined) return;
    this.oldest = place.nextOwn;
    if (this.oldest === undefined) this.newest = undefined;
    place.share = place.nextOwn = undefined;
    this.lose(place);
    this.age = this.oldest?.position ?? 0;
  }
}

/** The shares of an author that is active on several channels. */
interface Spread {
  readonly shares: Map<Channel, Share>;
  readonly ranking: Ranking<Share>;
}

/** The entries of one client, usually on one channel. Its age is that of its latest entry. */
export class Author extends Holder<Author> {
  private only: Share | undefined;
  private spread: Spread | undefined;

  /** @param dropped the newest position of a dropped entry of its with a key */
  constructor(
    readonly clientId: string,
    public dropped: number,
  ) {
    super();
  }

  get isSpread(): boolean {
    return this.spread !== undefined;
  }

  /** The largest share of a spread author. */
  largest(measure: Measure): Share | undefined {
    return this.spread?.ranking.first(measure);
  }

  add(channel: Channel, place: Place): void {
    const share = this.shareOf(channel);
    share.add(place);
    this.gain(place);
    this.age = place.position;
    this.spread?.ranking.put(share);
  }

  /** Drops the oldest entry of one of its shares. */
  takeOldest(share: Share, place: Place): void {
    share.takeOldest();
    this.lose(place);
    if (place.entry?.key !== undefined) this.dropped = Math.max(this.dropped, place.position);
    if (share.count === 0) this.end(share);
    else this.spread?.ranking.put(share);
  }

  private shareOf(channel: Channel): Share {
    if (this.only?.channel === channel) return this.only;
    const share = this.spread?.shares.get(channel) ?? new Share(this, channel);
    if (share.count > 0) return share;
    if (this.spread === undefined && this.only === undefined) this.only = share;
    else this.spreadTo(share);
    return share;
  }

  private spreadTo(share: Share): void {
    this.spread ??= beginSpread();
    const { shares } = this.spread;
    if (this.only !== undefined) shares.set(this.only.channel, this.only);
    this.only = undefined;
    shares.set(share.channel, share);
  }

  private end(share: Share): void {
    if (this.spread === undefined) {
      this.only = undefined;
      return;
    }
    const { shares, ranking } = this.spread;
    shares.delete(share.channel);
    ranking.remove(share);
    if (shares.size > 1) return;
    [this.only] = shares.values();
    if (this.only !== undefined) ranking.remove(this.only);
    this.spread = undefined;
  }
}

function beginSpread(): Spread {
  const shares = new Map<Channel, Share>();
  return { shares, ranking: new Ranking(() => shares.values()) };
}
