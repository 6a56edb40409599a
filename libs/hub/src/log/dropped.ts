import { Fifo } from './fifo.js';
import { Floor } from './floor.js';
import { Heap, type Slot } from './heap.js';

export interface Room {
  /** Maximum number of names with an exact position. */
  readonly names: number;
  /** For the floor of all other names: cells of 8 bytes, a power of two. */
  readonly cells: number;
}

interface Mark {
  readonly name: string;
  position: number;
  readonly owner: Owner;
}

/** The client that caused marks, and is charged for them. */
interface Owner {
  readonly id: string;
  readonly marks: Fifo<Mark>;
  slot: Slot<Owner> | undefined;
}

/**
 * The newest dropped position of each of many names: exact for a limited number, and never too low. Above the limit the
 * owner with the most names loses its oldest one, so a client that invents names forgets its own. Lost names raise a
 * floor.
 */
export class Dropped {
  private readonly marks = new Map<string, Mark>();
  private readonly owners = new Map<string, Owner>();
  private readonly byNumber = new Heap<Owner>();
  private readonly floor: Floor;
  private count = 0;

  constructor(private readonly room: Room) {
    this.floor = new Floor(room.cells);
  }

  /** @param ownerId the client charged for the name */
  note(name: string, position: number, ownerId: string): void {
    const mark = this.marks.get(name);
    if (mark?.owner.id === ownerId) {
      mark.position = Math.max(mark.position, position);
      return;
    }
    this.add(name, Math.max(mark?.position ?? 0, position), ownerId);
    if (this.count > this.room.names) this.forgetOne();
  }

  /** A position after which no entry of this name was dropped. */
  of(name: string): number {
    return this.marks.get(name)?.position ?? this.floor.of(name);
  }

  private add(name: string, position: number, ownerId: string): void {
    const owner = this.owners.get(ownerId) ?? this.begin(ownerId);
    const mark = { name, position, owner };
    this.marks.set(name, mark);
    owner.marks.push(mark);
    this.count++;
    this.rank(owner);
  }

  private begin(id: string): Owner {
    const owner: Owner = { id, marks: new Fifo(), slot: undefined };
    owner.slot = this.byNumber.add(owner, 0, 0);
    this.owners.set(id, owner);
    return owner;
  }

  private forgetOne(): void {
    const owner = this.byNumber.first;
    const mark = owner?.marks.shift();
    if (owner === undefined || mark === undefined) return;
    this.count--;
    if (owner.marks.size > 0) this.rank(owner);
    else this.end(owner);
    // Another client may have been charged for the name since.
    if (this.marks.get(mark.name) !== mark) return;
    this.marks.delete(mark.name);
    this.floor.raise(mark.name, mark.position);
  }

  /** By number of names; among equals the one with the oldest name comes first. */
  private rank({ slot, marks }: Owner): void {
    if (slot !== undefined) this.byNumber.move(slot, marks.size, marks.first?.position ?? 0);
  }

  private end({ id, slot }: Owner): void {
    this.owners.delete(id);
    if (slot !== undefined) this.byNumber.remove(slot);
  }
}
