import type { JetStreamManager, StreamInfo } from '@nats-io/jetstream';
import { idOf } from './entry-message.js';
import { findStream } from './stream.js';

type Answer = StreamInfo | undefined;

/** Tells a message of the stream from another one at its position. */
export interface Mark {
  readonly sequence: number;
  readonly id: string;
  readonly storedMs: number;
}

/** Requests the state of the stream. Undefined without an answer: the owner of the connection reports that. */
export class StreamLook {
  /** Of the current connection. */
  manager: JetStreamManager | undefined;
  private underWay: Promise<Answer> | undefined;
  private next: Promise<Answer> | undefined;

  constructor(private readonly stream: string) {}

  /**
   * An answer to a request that is sent after this call; concurrent callers share it. A request that is already in
   * flight may be older than an entry that the caller knows of.
   */
  shared(): Promise<Answer> {
    this.next ??= this.askAfter(this.underWay);
    return this.next;
  }

  /** An answer to a request that is sent now. */
  own(): Promise<Answer> {
    return this.ask((manager) => findStream(manager, this.stream));
  }

  /** The positions between its first and its last one at which the stream has no message, in order. */
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

/** Whether messages are missing between the first and the last position of the stream. */
export function hasHoles({ state: { first_seq, last_seq, messages } }: StreamInfo): boolean {
  return last_seq - first_seq + 1 > messages;
}
