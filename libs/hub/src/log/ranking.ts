import { Heap, type Slot } from './heap.js';
import type { Place } from './pages.js';

/** What a limit of the log counts. */
export type Measure = 'count' | 'bytes';

/** A holder of entries, with their number and size. */
export class Holder<Self> {
  count = 0;
  bytes = 0;
  /** A position. Among equals the lowest age comes first. */
  age = 0;
  inCount: Slot<Self> | undefined;
  inBytes: Slot<Self> | undefined;

  protected gain({ bytes }: Place): void {
    this.count++;
    this.bytes += bytes;
  }

  protected lose({ bytes }: Place): void {
    this.count--;
    this.bytes -= bytes;
  }
}

/**
 * Finds the largest holder, in messages and in bytes. An order is only kept once it was asked for: a limit that is
 * never reached costs nothing, nor does an author that is never the largest. From then on everything is O(log n).
 */
export class Ranking<Item extends Holder<Item>> {
  private byCount: Heap<Item> | undefined;
  private byBytes: Heap<Item> | undefined;

  /** @param items all members */
  constructor(private readonly items: () => Iterable<Item>) {}

  first(measure: Measure): Item | undefined {
    if (measure === 'count') return (this.byCount ?? this.orderByCount()).first;
    return (this.byBytes ?? this.orderByBytes()).first;
  }

  /** Moves an item to its current place; also adds a new one. */
  put(item: Item): void {
    if (this.byCount !== undefined) putByCount(this.byCount, item);
    if (this.byBytes !== undefined) putByBytes(this.byBytes, item);
  }

  remove(item: Item): void {
    const { inCount, inBytes } = item;
    if (inCount !== undefined) this.byCount?.remove(inCount);
    if (inBytes !== undefined) this.byBytes?.remove(inBytes);
    item.inCount = item.inBytes = undefined;
  }

  private orderByCount(): Heap<Item> {
    const heap = new Heap<Item>();
    for (const item of this.items()) putByCount(heap, item);
    this.byCount = heap;
    return heap;
  }

  private orderByBytes(): Heap<Item> {
    const heap = new Heap<Item>();
    for (const item of this.items()) putByBytes(heap, item);
    this.byBytes = heap;
    return heap;
  }
}

function putByCount<Item extends Holder<Item>>(heap: Heap<Item>, item: Item): void {
  if (item.inCount === undefined) item.inCount = heap.add(item, item.count, item.age);
  else heap.move(item.inCount, item.count, item.age);
}

function putByBytes<Item extends Holder<Item>>(heap: Heap<Item>, item: Item): void {
  if (item.inBytes === undefined) item.inBytes = heap.add(item, item.bytes, item.age);
  else heap.move(item.inBytes, item.bytes, item.age);
}
