/** Where an item stands in a heap. */
export interface Slot<Item> {
  readonly item: Item;
  index: number;
}

/** Items of which the first is known at once; one whose rank has changed is moved in O(log n). */
export class Heap<Item> {
  private readonly slots: Slot<Item>[] = [];

  /** @param precedes whether `a` stands before `b`; false for equals */
  constructor(private readonly precedes: (a: Item, b: Item) => boolean) {}

  get first(): Item | undefined {
    return this.slots[0]?.item;
  }

  add(item: Item): Slot<Item> {
    const slot = { item, index: this.slots.length };
    this.slots.push(slot);
    this.rise(slot);
    return slot;
  }

  /** To be called whenever the rank of an item has changed. */
  moved(slot: Slot<Item>): void {
    this.rise(slot);
    this.sink(slot);
  }

  remove(slot: Slot<Item>): void {
    const last = this.slots.pop() as Slot<Item>;
    if (last === slot) return;
    this.put(last, slot.index);
    this.moved(last);
  }

  private rise(slot: Slot<Item>): void {
    while (slot.index > 0) {
      const above = this.slots[(slot.index - 1) >> 1] as Slot<Item>;
      if (!this.precedes(slot.item, above.item)) return;
      this.swap(slot, above);
    }
  }

  private sink(slot: Slot<Item>): void {
    for (;;) {
      const left = this.slots[2 * slot.index + 1];
      const right = this.slots[2 * slot.index + 2];
      if (left === undefined) return;
      const below = right !== undefined && this.precedes(right.item, left.item) ? right : left;
      if (!this.precedes(below.item, slot.item)) return;
      this.swap(slot, below);
    }
  }

  private swap(a: Slot<Item>, b: Slot<Item>): void {
    const { index } = a;
    this.put(a, b.index);
    this.put(b, index);
  }

  private put(slot: Slot<Item>, index: number): void {
    slot.index = index;
    this.slots[index] = slot;
  }
}
