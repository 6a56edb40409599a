import type { JetStreamManager, StreamInfo } from '@nats-io/jetstream';
import { findStream } from './stream.js';

/** Asks how the stream is. */
export class StreamLook {
  /** Of the connection that there is. */
  manager: JetStreamManager | undefined;
  private underWay: Promise<StreamInfo | undefined> | undefined;

  constructor(private readonly stream: string) {}

  /** Many who ask at the same time share one answer; undefined if there is none. */
  shared(): Promise<StreamInfo | undefined> {
    this.underWay ??= this.own().finally(() => {
      this.underWay = undefined;
    });
    return this.underWay;
  }

  /** An answer to a question that was asked just now. */
  async own(): Promise<StreamInfo | undefined> {
    try {
      return this.manager && (await findStream(this.manager, this.stream));
    } catch {
      // Whoever looks after the connection tells of that.
      return undefined;
    }
  }
}
