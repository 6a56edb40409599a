import type { Output } from '../output.js';

/** The hub's answer to a line. */
interface Ack {
  readonly id?: string | undefined;
  readonly duplicate: boolean;
}

/** Prints acknowledgements as JSON objects, one per line. */
export class Acks {
  /** @param output undefined if acknowledgements are not printed */
  constructor(private readonly output: Output | undefined) {}

  /** @param key of the line, if it has its own */
  async print(line: number, key: string | undefined, { id, duplicate }: Ack): Promise<void> {
    await this.output?.print(JSON.stringify({ line, key, id, duplicate }));
  }

  async flush(): Promise<void> {
    await this.output?.flush();
  }
}
