import type { Output } from '../output.js';

/** What the hub has answered to a line. */
interface Ack {
  readonly id?: string | undefined;
  readonly duplicate: boolean;
}

/** Acknowledgements as JSON objects, one a line, for whoever wants them. */
export class Acks {
  /** @param output undefined if nobody wants them */
  constructor(private readonly output: Output | undefined) {}

  /** @param key of the line, if it had one of its own */
  async print(line: number, key: string | undefined, { id, duplicate }: Ack): Promise<void> {
    await this.output?.print(JSON.stringify({ line, key, id, duplicate }));
  }

  async flush(): Promise<void> {
    await this.output?.flush();
  }
}
