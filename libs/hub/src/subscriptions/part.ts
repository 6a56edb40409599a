/** Writing more slices than this costs more than copying their bytes into one. */
const MAX_SLICES = 16;

/** A part of a replay: slices to write, one after the other. */
export class Part {
  readonly slices: Buffer[] = [];
  bytes = 0;
  messages = 0;

  /** @param max bytes; exceeded only to finish the last message */
  constructor(private readonly max: number) {}

  isFullWith(more: number): boolean {
    return this.bytes + more >= this.max;
  }

  add(slice: Buffer, messages: number): void {
    this.slices.push(slice);
    this.bytes += slice.length;
    this.messages += messages;
  }

  /** The slices to write: a few as they are, many small ones joined. */
  get frames(): readonly Buffer[] {
    return this.slices.length <= MAX_SLICES ? this.slices : [Buffer.concat(this.slices, this.bytes)];
  }
}
