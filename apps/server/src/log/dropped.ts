import { Heap, type Slot } from './heap.js';

/**
 * The newest dropped sequence of each of many names: as exact as its room allows, and never too low. Above it the lowest
 * is forgotten, and becomes a floor that holds for all names.
 */
export class Dropped {
  private readonly marks = new Map<string, Slot<string>>();
  private readonly lowest = new Heap<string>();
  private floor = 0;

  /** @param room for so many names */
  constructor(private readonly room: number) {}

  /** @param sequence greater than any before of this name */
  note(name: string, sequence: number): void {
    const slot = this.marks.get(name);
    if (slot === undefined) this.marks.set(name, this.lowest.add(name, 0, sequence));
    else this.lowest.move(slot, 0, sequence);
    if (this.marks.size > this.room) this.forgetLowest();
  }

  /** A sequence after which nothing of this name was dropped. */
  of(name: string): number {
    return Math.max(this.floor, this.marks.get(name)?.age ?? 0);
  }

  private forgetLowest(): void {
    const name = this.lowest.first;
    const slot = name === undefined ? undefined : this.marks.get(name);
    if (slot === undefined) return;
    this.lowest.remove(slot);
    this.marks.delete(slot.item);
    this.floor = slot.age;
  }
}
