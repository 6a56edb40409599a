import type { JetStreamManager, StreamInfo } from '@nats-io/jetstream';
import { idOf } from './entry-message.js';
import { findStream } from './stream.js';

type Answer = StreamInfo | undefined;

/** What one can tell a message of the stream by from another one at its place. */
export interface Mark {
  readonly sequence: number;
  readonly id: string;
  readonly storedMs: number;
}

/** Asks how the stream is. What nobody answers is undefined: whoever looks after the connection tells of that. */
export class StreamLook {
  /** Of the connection that there is. */
  manager: JetStreamManager | undefined;
  private underWay: Promise<Answer> | undefined;
  private next: Promise<Answer> | undefined;

  constructor(private readonly stream: string) {}

  /**
   * An answer to a question that is asked after this call; many who want one meanwhile share it. A question that is on
   * its way already may have been asked before something was stored that the caller knows of.
   */
  shared(): Promise<Answer> {
    this.next ??= this.askAfter(this.underWay);
    return this.next;
  }

  /** An answer to a question that was asked just now. */
  own(): Promise<Answer> {
    return this.ask((manager) => findStream(manager, this.stream));
  }

  /** The places between its first and its last one where the stream has nothing, in their order. */
  async missing(): Promise<readonly number[] | undefined> {
    const info = await this.ask((manager) => manager.streams.info(this.stream, { deleted_details: true }));
    return info && (info.state.deleted ?? []);
  }

  /** Whether the stream may have this message: false only if it has another one there. @throws Error without an answer */
  async mayHave({ sequence, id, storedMs }: Mark): Promise<boolean> {
    const found = await this.manager?.streams.getMessage(this.stream, { seq: sequence });
    if (found === undefined || found === null) return true;
    // Nanoseconds do not fit into a number, so one of the two may be rounded.
    return idOf({ headers: found.header }) === id && Math.abs(found.time.getTime() - storedMs) <= 1;
  }

  private async askAfter(before: Promise<Answer> | undefined): Promise<Answer> {
    await before;
    this.underWay = this.own();
    this.next = undefined;
    return this.underWay;
  }

  private async ask(question: (manager: JetStreamManager) => Promise<Answer>): Promise<Answer> {
    try {
      return this.manager && (await question(this.manager));
    } catch {
      return undefined;
    }
  }
}

/** Whether something is missing between the first and the last place of the stream. */
export function hasHoles({ state: { first_seq, last_seq, messages } }: StreamInfo): boolean {
  return last_seq - first_seq + 1 > messages;
}
