import type { Share } from './author.js';
import type { Entry } from './message-log.js';

/** A page with fewer places is not worth the copying. */
const LEAST_PLACES = 8;

interface Page {
  places: Place[];
  /** The first place that holds something. */
  start: number;
  /** How many places hold something: one at least. */
  held: number;
}

/** Where an entry lies; it keeps its position when the entry has been taken out. */
export class Place {
  /** Its neighbours in the same channel. */
  previous: Place | undefined;
  next: Place | undefined;
  /** The next entry of the same author in the same channel, and all that it has there. */
  nextOwn: Place | undefined;
  share: Share | undefined;

  constructor(
    public entry: Entry | undefined,
    readonly position: number,
    readonly bytes: number,
    readonly atMs: number,
    readonly page: Page,
  ) {}
}

/**
 * Entries in the order of their positions, from which any may be taken out. They lie in pages, which are never empty and
 * at least half full, so that a search and a walk pass by few places that hold nothing, however wide the holes are.
 */
export class Pages {
  private readonly pages: Page[] = [];

  /** @param places that a page has at most */
  constructor(private readonly places: number) {}

  /** The oldest entry's place. */
  get first(): Place | undefined {
    const [page] = this.pages;
    return page?.places[page.start];
  }

  /** @param entry with a greater position than any before */
  add(entry: Entry, bytes: number, atMs: number): Place {
    let page = this.pages.at(-1);
    if (page === undefined || page.places.length >= this.places) {
      page = { places: [], start: 0, held: 0 };
      this.pages.push(page);
    }
    const place = new Place(entry, entry.position, bytes, atMs, page);
    page.places.push(place);
    page.held++;
    return place;
  }

  take(place: Place): void {
    const { page } = place;
    place.entry = undefined;
    if (--page.held === 0) {
      this.pages.splice(this.pageAfter(place.position - 1), 1);
      return;
    }
    while (page.places[page.start]?.entry === undefined) page.start++;
    if (page.places.length >= LEAST_PLACES && page.held * 2 < page.places.length) {
      page.places = page.places.filter(({ entry }) => entry !== undefined);
      page.start = 0;
    }
  }

  /** Up to `max` entries after a place, oldest first. */
  read(after: number, max: number): Entry[] {
    const entries: Entry[] = [];
    for (let n = this.pageAfter(after); n < this.pages.length && entries.length < max; n++)
      collect(this.pages[n] as Page, after, max, entries);
    return entries;
  }

  /** The first page that reaches beyond this position. */
  private pageAfter(position: number): number {
    return search(this.pages.length, (n) => lastOf(this.pages[n] as Page) > position);
  }
}

function collect({ places }: Page, after: number, max: number, into: Entry[]): void {
  const from = search(places.length, (n) => (places[n] as Place).position > after);
  for (let n = from; n < places.length && into.length < max; n++) {
    const { entry } = places[n] as Place;
    if (entry !== undefined) into.push(entry);
  }
}

function lastOf({ places }: Page): number {
  return (places.at(-1) as Place).position;
}

/** The first of `count` for which it holds, where it holds for all that follow; `count` if there is none. */
function search(count: number, holds: (n: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
