import { Author } from './author.js';
import { Channel } from './channel.js';
import { Dropped, type Room } from './dropped.js';
import type { Entry } from './message-log.js';
import type { Place } from './pages.js';
import { type Measure, Ranking } from './ranking.js';

/**
 * The holders of a log: channels with all their entries, authors with theirs on any channel. It selects the next entry
 * to drop, and knows of which channels and clients entries were dropped.
 */
export class Shares {
  private readonly channels = new Map<string, Channel>();
  private readonly authors = new Map<string, Author>();
  private readonly largestChannels = new Ranking(() => this.channels.values());
  /** Only authors on several channels: others cannot hold more than their channel does. */
  private readonly largestAuthors = new Ranking(() => this.spreadAuthors());
  private readonly dropped: Dropped;
  /** The same for clients whose entries have keys: they need acks on any channel. */
  private readonly droppedOwn: Dropped;

  /** @param room for channels of which everything was dropped, and as much for such clients */
  constructor(room: Room) {
    this.dropped = new Dropped(room);
    this.droppedOwn = new Dropped(room);
  }

  add({ channel: name, clientId }: Entry, place: Place): void {
    const channel = this.channels.get(name) ?? this.beginChannel(name);
    const author = this.authors.get(clientId) ?? this.beginAuthor(clientId);
    channel.add(place);
    author.add(channel, place);
    this.largestChannels.put(channel);
    if (author.isSpread) this.largestAuthors.put(author);
  }

  /**
   * The entry to drop: the oldest of the largest channel or, if an author on several channels holds as much, of its
   * largest share.
   */
  victim(measure: Measure): Place | undefined {
    const channel = this.largestChannels.first(measure);
    const author = this.largestAuthors.first(measure);
    if (channel === undefined || author === undefined || author[measure] < channel[measure])
      return channel?.oldest;
    return author.largest(measure)?.oldest;
  }

  /** @param place the oldest of its author on its channel */
  take(place: Place): void {
    const { share } = place;
    if (share === undefined) return;
    const { channel, author } = share;
    author.takeOldest(share, place);
    channel.take(place);
    this.settle(channel, author);
  }

  /** A position after which no entry of this channel was dropped. */
  droppedOf(name: string): number {
    return this.channels.get(name)?.dropped ?? this.dropped.of(name);
  }

  /** A position after which no entry of this client with a key was dropped. */
  droppedBy(clientId: string): number {
    return this.authors.get(clientId)?.dropped ?? this.droppedOwn.of(clientId);
  }

  private settle(channel: Channel, author: Author): void {
    if (channel.count > 0) this.largestChannels.put(channel);
    else this.endChannel(channel, author);
    if (author.isSpread) this.largestAuthors.put(author);
    else this.largestAuthors.remove(author);
    if (author.count === 0) this.endAuthor(author);
  }

  private *spreadAuthors(): Iterable<Author> {
    for (const author of this.authors.values()) if (author.isSpread) yield author;
  }

  private beginChannel(name: string): Channel {
    const channel = new Channel(name, this.dropped.of(name));
    this.channels.set(name, channel);
    return channel;
  }

  private beginAuthor(clientId: string): Author {
    const author = new Author(clientId, this.droppedOwn.of(clientId));
    this.authors.set(clientId, author);
    return author;
  }

  private endChannel(channel: Channel, { clientId }: Author): void {
    const { name, dropped } = channel;
    this.largestChannels.remove(channel);
    this.channels.delete(name);
    this.dropped.note(name, dropped, clientId);
  }

  private endAuthor({ clientId, dropped }: Author): void {
    this.authors.delete(clientId);
    if (dropped > 0) this.droppedOwn.note(clientId, dropped, clientId);
  }
}
