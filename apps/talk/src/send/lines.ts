/** A line as it was read. */
export interface Line {
  /** From 1 on. */
  readonly number: number;
  /** Without the newline; undefined if it is longer than `MAX_LINE_BYTES`. */
  readonly bytes: Buffer | undefined;
}

/** As much as the client library queues for the hub. */
export const MAX_LINE_BYTES = 2 ** 20;

const NEWLINE = 0x0a;

/** The lines of a stream, read on demand; a line that is too long is counted but not kept. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  const partial = new Partial();
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      partial.add(chunk.subarray(from, end));
      yield partial.take();
      from = end + 1;
    }
    partial.add(chunk.subarray(from));
  }
  if (!partial.isEmpty) yield partial.take();
}

/** The line that is being read. */
class Partial {
  private parts: Buffer[] = [];
  private size = 0;
  private number = 0;

  get isEmpty(): boolean {
    return this.size === 0;
  }

  add(part: Buffer): void {
    this.size += part.length;
    if (this.size > MAX_LINE_BYTES) this.parts = [];
    else this.parts.push(part);
  }

  take(): Line {
    const bytes = this.size > MAX_LINE_BYTES ? undefined : Buffer.concat(this.parts);
    this.parts = [];
    this.size = 0;
    return { number: ++this.number, bytes };
  }
}
