import {
  DeliverPolicy,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
} from '@nats-io/jetstream';
import type { Clock } from '@ws-hub/hub';
import { batchOf } from '../fetch-batch.js';
import { MAX_TRAVEL_MS, type NoticeMessages } from './notice-messages.js';

const MESSAGES_AT_ONCE = 200;
/** How long a full stream without expired notices is not searched again. */
const QUIET_MS = 10_000;
/** JetStream: the message was replaced in the meantime, or no longer exists. */
const IS_ANOTHER = new Set([10_071, 10_037, 10_043, 10_057]);

/** The current connection. */
export interface Jet {
  readonly client: JetStreamClient;
  readonly manager: JetStreamManager;
}

/** Removes expired notices, which JetStream keeps until they are replaced. Re-signs those of the previous secret. */
export class NoticeUpkeep {
  private underWay: Promise<number> | undefined;
  private quietUntilMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly stream: string,
    private readonly messages: NoticeMessages,
    private readonly clock: Clock,
  ) {}

  /** Whether there is room in a full stream now. */
  async makeRoom(jet: Jet): Promise<boolean> {
    if (this.clock.monotonicMs() < this.quietUntilMs) return false;
    const removed = await this.sweep(jet, false);
    if (removed === 0) this.quietUntilMs = this.clock.monotonicMs() + QUIET_MS;
    return removed > 0;
  }

  /** Walks the whole stream, once at a time. @returns how many notices it has removed */
  sweep(jet: Jet, reseals: boolean): Promise<number> {
    this.underWay ??= this.sweepAll(jet, reseals).finally(() => {
      this.underWay = undefined;
    });
    return this.underWay;
  }

  /** Signs it with the current secret, so that hubs without the previous one can read it. Its body stays unchanged. */
  async reseal({ client }: Jet, { subject, seq, data }: JsMsg): Promise<void> {
    const expect = { streamName: this.stream, lastSubjectSequence: seq };
    await client
      .publish(subject, data, { headers: this.messages.sealed(subject, data), expect })
      .catch(unlessItIsAnother);
  }

  private async sweepAll(jet: Jet, reseals: boolean): Promise<number> {
    let removed = 0;
    try {
      const consumer = await jet.client.consumers.get(this.stream, { deliver_policy: DeliverPolicy.All });
      for (;;) {
        const messages = await batchOf(consumer, MESSAGES_AT_ONCE);
        const done = await Promise.all(messages.map((message) => this.attend(jet, message, reseals)));
        removed += done.filter((isRemoved) => isRemoved).length;
        if ((messages.at(-1)?.info.pending ?? 0) === 0) return removed;
      }
    } catch {
      // Without an answer the rest waits for the next time: after the next connect, or when the stream is full.
      return removed;
    }
  }

  /** @returns whether it was removed */
  private async attend(jet: Jet, message: JsMsg, reseals: boolean): Promise<boolean> {
    const read = this.messages.read(message);
    // Another hub may be able to read it, so removing it is left to the operator of NATS.
    if (read === undefined) return false;
    // The clock of this hub may be ahead.
    if (read.leftMs < -MAX_TRAVEL_MS) {
      await jet.manager.streams.deleteMessage(this.stream, message.seq, false).catch(unlessItIsAnother);
      return true;
    }
    if (reseals && read.isFormer) await this.reseal(jet, message);
    return false;
  }
}

function unlessItIsAnother(error: unknown): void {
  if (!(error instanceof JetStreamApiError && IS_ANOTHER.has(error.code))) throw error;
}
