const LEAST_ROOM = 4;

/** A FIFO queue in O(1): a ring that doubles when it is full, and does not retain removed items. */
export class Fifo<Item> {
  private places: (Item | undefined)[] = new Array(LEAST_ROOM);
  private start = 0;
  private count = 0;

  get size(): number {
    return this.count;
  }

  get first(): Item | undefined {
    return this.places[this.start];
  }

  get last(): Item | undefined {
    return this.count === 0 ? undefined : this.places[this.placeOf(this.count - 1)];
  }

  push(item: Item): void {
    if (this.count === this.places.length) this.grow();
    this.places[this.placeOf(this.count)] = item;
    this.count++;
  }

  shift(): Item | undefined {
    const item = this.first;
    if (this.count === 0) return undefined;
    this.places[this.start] = undefined;
    this.start = this.placeOf(1);
    this.count--;
    return item;
  }

  private grow(): void {
    const places = new Array<Item | undefined>(this.places.length * 2);
    for (let n = 0; n < this.count; n++) places[n] = this.places[this.placeOf(n)];
    this.places = places;
    this.start = 0;
  }

  /** The length is a power of two. */
  private placeOf(nth: number): number {
    return (this.start + nth) & (this.places.length - 1);
  }
}
