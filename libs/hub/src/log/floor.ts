import { randomBytes } from 'node:crypto';

const CELLS_PER_NAME = 4;
const [FACTOR_1, FACTOR_2] = [0x9e3779b1, 0x85ebca77];

/**
 * The highest position of each of any number of names, in constant space: never too low, and too high only by chance,
 * as in a Bloom filter. With 2^19 cells: after 16,000 other names for 1 name in 5,000, after 100,000 for 1 in 12, after
 * 500,000 for nearly all.
 */
export class Floor {
  /** Undefined until the first name, which may never come. */
  private cells: Float64Array | undefined;
  /** Random, so that clients cannot know which names share cells. */
  private readonly seed1 = randomBytes(4).readInt32LE();
  private readonly seed2 = randomBytes(4).readInt32LE();

  /** @param size cells of 8 bytes, a power of two */
  constructor(private readonly size: number) {}

  raise(name: string, position: number): void {
    this.cells ??= new Float64Array(this.size);
    const { cells } = this;
    const [first, step] = this.hash(name);
    for (let n = 0; n < CELLS_PER_NAME; n++) {
      const cell = (first + n * step) & (this.size - 1);
      cells[cell] = Math.max(cells[cell] as number, position);
    }
  }

  of(name: string): number {
    const { cells } = this;
    if (cells === undefined) return 0;
    const [first, step] = this.hash(name);
    let lowest = Number.POSITIVE_INFINITY;
    for (let n = 0; n < CELLS_PER_NAME; n++)
      lowest = Math.min(lowest, cells[(first + n * step) & (this.size - 1)] as number);
    return lowest;
  }

  private hash(name: string): [first: number, step: number] {
    let [one, two] = [this.seed1, this.seed2];
    for (let n = 0; n < name.length; n++) {
      const code = name.charCodeAt(n);
      one = Math.imul(one ^ code, FACTOR_1);
      two = Math.imul(two ^ code, FACTOR_2);
      one ^= one >>> 15;
      two ^= two >>> 13;
    }
    // An odd step, so that all cells of a name are different.
    return [one >>> 8, (two >>> 8) | 1];
  }
}
