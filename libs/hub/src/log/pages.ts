import type { Share } from './author.js';
import type { Entry } from './message-log.js';

/** Smaller pages are not worth the copying. */
const LEAST_PLACES = 8;

interface Page {
  places: Place[];
  /** The first occupied place. */
  start: number;
  /** The number of occupied places: at least one. */
  held: number;
}

/** The place of an entry. It keeps its position after the entry is removed. */
export class Place {
  /** Its neighbours in the same channel. */
  previous: Place | undefined;
  next: Place | undefined;
  /** The next entry of the same author in the same channel, and its share there. */
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
 * Entries in the order of their positions, from which any can be removed. They are in pages, which are never empty and
 * at least half full, so searches and walks pass few empty places, however large the gaps are.
 */
export class Pages {
  private readonly pages: Page[] = [];

  /** @param places maximum places per page */
  constructor(private readonly places: number) {}

  /** The place of the oldest entry. */
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

  /** Up to `max` entries after a position, oldest first. */
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

/** Binary search: the first of `count` for which a monotonic predicate holds; `count` if there is none. */
function search(count: number, holds: (n: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
