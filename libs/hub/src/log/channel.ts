import type { Place } from './pages.js';
import { Holder } from './ranking.js';

/** The entries of one channel, from which any entry can be removed. Its age is that of its oldest entry. */
export class Channel extends Holder<Channel> {
  oldest: Place | undefined;
  private newest: Place | undefined;

  /**
   * @param dropped the newest position of a dropped entry of the channel. Kept here, so that a flood of other names
   *   cannot blur it
   */
  constructor(
    readonly name: string,
    public dropped: number,
  ) {
    super();
  }

  add(place: Place): void {
    const { newest } = this;
    place.previous = newest;
    if (newest === undefined) this.oldest = place;
    else newest.next = place;
    this.newest = place;
    this.gain(place);
    this.age = this.oldest?.position ?? 0;
  }

  take(place: Place): void {
    const { previous, next } = place;
    if (previous === undefined) this.oldest = next;
    else previous.next = next;
    if (next === undefined) this.newest = previous;
    else next.previous = previous;
    // Otherwise a removed place would retain the next one, up to the next full garbage collection.
    place.previous = place.next = undefined;
    this.lose(place);
    this.age = this.oldest?.position ?? 0;
    this.dropped = Math.max(this.dropped, place.position);
  }
}
