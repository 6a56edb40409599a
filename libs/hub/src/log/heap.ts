/**
 * The place of an item in a heap. It contains the rank, so that a comparison does not need the item, which is elsewhere
 * in memory.
 */
export interface Slot<Item> {
  readonly item: Item;
  index: number;
  rank: number;
  age: number;
}

/** A heap: the item with the highest rank, and among equals the lowest age, is at the top. All operations are O(log n). */
export class Heap<Item> {
  private readonly slots: Slot<Item>[] = [];

  get first(): Item | undefined {
    return this.slots[0]?.item;
  }

  add(item: Item, rank: number, age: number): Slot<Item> {
    const slot = { item, index: this.slots.length, rank, age };
    this.slots.push(slot);
    this.rise(slot);
    return slot;
  }

  move(slot: Slot<Item>, rank: number, age: number): void {
    slot.rank = rank;
    slot.age = age;
    this.settle(slot);
  }

  remove(slot: Slot<Item>): void {
    const last = this.slots.pop() as Slot<Item>;
    if (last === slot) return;
    this.put(last, slot.index);
    this.settle(last);
  }

  private settle(slot: Slot<Item>): void {
    this.rise(slot);
    this.sink(slot);
  }

  private rise(slot: Slot<Item>): void {
    while (slot.index > 0) {
      const above = this.slots[(slot.index - 1) >> 1] as Slot<Item>;
      if (!precedes(slot, above)) return;
      this.swap(slot, above);
    }
  }

  private sink(slot: Slot<Item>): void {
    for (;;) {
      const left = this.slots[2 * slot.index + 1];
      const right = this.slots[2 * slot.index + 2];
      if (left === undefined) return;
      const below = right !== undefined && precedes(right, left) ? right : left;
      if (!precedes(below, slot)) return;
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

function precedes(a: Slot<unknown>, b: Slot<unknown>): boolean {
  return a.rank === b.rank ? a.age < b.age : a.rank > b.rank;
}
