import { setTimeout as wait } from 'node:timers/promises';
import type { JetStreamClient, JsMsg } from '@nats-io/jetstream';
import { Reader } from '../reader.js';

/** A reader that returns nothing for this long, although there is something, has failed. */
const STANDSTILL_MS = 2_000;

/** Receives the messages of the stream. */
export interface NoticeTailListener {
  /** @param isLive whether it has arrived since all was read */
  message(message: JsMsg, isLive: boolean): void;
  failed(error: unknown): void;
  ended(error: Error | undefined): void;
}

/** Reads the stream of notices from its beginning, and then follows it. */
export class NoticeTail {
  /** The sequence of the last message that was read. */
  head = 0;
  private isLive = false;
  private onEnd: () => void = () => undefined;
  private reader: Reader | undefined;

  constructor(
    private readonly stream: string,
    private readonly listener: NoticeTailListener,
  ) {}

  /**
   * Resolves when all existing messages were passed on.
   *
   * @param last sequence of the stream; the message there may have been removed
   * @throws Error if nothing more arrives
   */
  async start(client: JetStreamClient, last: number): Promise<void> {
    this.stop();
    this.head = 0;
    this.isLive = false;
    const end = new Promise<true>((resolve) => {
      this.onEnd = () => resolve(true);
    });
    this.reader = new Reader(client, this.stream, {
      message: (message) => this.take(message),
      failed: (error) => this.listener.failed(error),
      ended: (error) => this.listener.ended(error),
    });
    const waiting = await this.reader.start(0);
    if (waiting > 0) await this.reached(end);
    this.isLive = true;
    this.head = Math.max(this.head, last);
  }

  stop(): void {
    this.reader?.stop();
  }

  private take(message: JsMsg): void {
    this.head = message.seq;
    this.listener.message(message, this.isLive);
    if (message.info.pending === 0) this.onEnd();
  }

  private async reached(end: Promise<true>): Promise<void> {
    let head = -1;
    while (!(await Promise.race([end, wait(STANDSTILL_MS, false, { ref: false })]))) {
      if (this.head === head) throw new Error('the notices could not be read completely');
      head = this.head;
    }
  }
}
