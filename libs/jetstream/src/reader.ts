import {
  type ConsumerMessages,
  DeliverPolicy,
  type JetStreamClient,
  type JsMsg,
  type PushConsumer,
} from '@nats-io/jetstream';
import { askAgain } from './ask-again.js';

export interface ReaderListener {
  /** The next message of the stream. */
  message(message: JsMsg): void;
  /** The last message could not be handled: a bug. This reader returns nothing more. */
  failed(error: unknown): void;
  /** This reader returns nothing more. */
  ended(error: Error | undefined): void;
}

/** Reads a stream in order from a position on, through one ordered consumer of one NATS connection. */
export class Reader {
  private messages: { stop(error?: Error): void } | undefined;
  private hasStopped = false;

  constructor(
    private readonly client: JetStreamClient,
    private readonly stream: string,
    private readonly listener: ReaderListener,
  ) {}

  /** @param after the sequence of the last known message @returns how many messages follow it now */
  async start(after: number): Promise<number> {
    const consumer = await askAgain(
      () => this.makeConsumer(after),
      (unused) => void unused.delete().catch(() => undefined),
    );
    const { name, num_pending: following } = await consumer.info(true);
    const messages = await consumer.consume({
      callback: (message: JsMsg) => this.take(message, name),
    });
    this.messages = messages;
    void (messages as ConsumerMessages).closed().then((error) => {
      if (!this.hasStopped) this.listener.ended(error ?? undefined);
    });
    return following;
  }

  /** Never throws: the library would swallow the error, and continue with the next message. */
  private take(message: JsMsg, consumer: string): void {
    if (this.hasStopped) return;
    try {
      if (message.info.consumer === consumer) this.listener.message(message);
      else this.isAnother();
    } catch (error) {
      this.stop();
      this.listener.failed(error);
    }
  }

  private makeConsumer(after: number): Promise<PushConsumer> {
    return this.client.consumers.getPushConsumer(this.stream, {
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: after + 1,
    });
  }

  /**
   * The library has lost the consumer and created another one. Whether the stream is still the same must be checked
   * first.
   */
  private isAnother(): void {
    this.stop();
    this.listener.ended(new Error('its consumer was lost'));
  }

  stop(): void {
    this.hasStopped = true;
    this.messages?.stop();
  }
}
