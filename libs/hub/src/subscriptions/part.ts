/** To write more of them costs more than to copy their bytes into one. */
const MAX_SLICES = 16;

/** A part of a replay: bytes to write, one after the other. */
export class Part {
  readonly slices: Buffer[] = [];
  bytes = 0;
  messages = 0;

  /** @param max bytes; more are taken only to finish the message that goes beyond */
  constructor(private readonly max: number) {}

  isFullWith(more: number): boolean {
    return this.bytes + more >= this.max;
  }

  add(slice: Buffer, messages: number): void {
    this.slices.push(slice);
    this.bytes += slice.length;
    this.messages += messages;
  }

  /** What to write: a few slices as they are, many small ones as one. */
  get frames(): readonly Buffer[] {
    return this.slices.length <= MAX_SLICES ? this.slices : [Buffer.concat(this.slices, this.bytes)];
  }
}
