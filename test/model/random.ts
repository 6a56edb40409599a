/** A small random number generator (mulberry32): the same seed makes the same schedule. */
export class Random {
  constructor(private state: number) {}

  /** A number from 0 to below 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `from` to `to`, both included. */
  integer(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.integer(0, items.length - 1)] as T;
  }

  /** Each item with a chance of one half, in order. */
  some<T>(items: readonly T[]): T[] {
    return items.filter(() => this.chance(0.5));
  }

  /** A generator of its own, so that one actor's steps do not depend on the speed of the others. */
  fork(): Random {
    return new Random(this.integer(0, 2 ** 31));
  }
}
