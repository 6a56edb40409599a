import { setTimeout as wait } from 'node:timers/promises';
import { JetStreamApiError } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { type Clock, checkNotice, type Notice, NoticeError } from '@ws-hub/hub';
import { FULL_ERRORS } from '../stream.js';
import type { NoticeMessages } from './notice-messages.js';
import type { Jet } from './notice-upkeep.js';

const TRY_MS = 2_000;
const RETRY_MS = 250;

/** The connection for posting notices. */
export interface Way extends Jet {
  readonly connection: NatsConnection;
}

export interface PosterSettings {
  readonly stream: string;
  readonly maxPending: number;
  readonly timeoutMs: number;
}

type Message = ReturnType<NoticeMessages['messageOf']>;

/** Posts notices, retrying each until it is stored or expires. */
export class NoticePoster {
  private waiting = 0;
  private hasEnded = false;

  /**
   * @param way undefined while there is no connection
   * @param makeRoom tries to make room in a full stream
   */
  constructor(
    private readonly settings: PosterSettings,
    private readonly messages: NoticeMessages,
    private readonly clock: Clock,
    private readonly way: () => Way | undefined,
    private readonly makeRoom: (way: Way) => Promise<boolean>,
  ) {}

  end(): void {
    this.hasEnded = true;
  }

  async post(notice: Notice): Promise<void> {
    checkNotice(notice);
    if (this.waiting >= this.settings.maxPending)
      throw new NoticeError('unavailable', 'too many notices wait to be stored (MAX_PENDING_APPENDS)');
    this.waiting++;
    try {
      await this.send(this.messages.messageOf(notice), notice.keepMs > 0);
    } finally {
      this.waiting--;
    }
  }

  private async send(message: Message, isKept: boolean): Promise<void> {
    const { timeoutMs } = this.settings;
    const deadlineMs = this.clock.monotonicMs() + timeoutMs;
    for (;;) {
      const leftMs = Math.ceil(deadlineMs - this.clock.monotonicMs());
      if (this.hasEnded) throw new NoticeError('unavailable', 'the hub is shutting down');
      if (leftMs <= 0)
        throw new NoticeError(
          'unavailable',
          `the log did not answer within ${timeoutMs} ms (APPEND_TIMEOUT)`,
        );
      // Without a connection, NATS's client would buffer the message and send it later.
      const way = this.way();
      if (way !== undefined && (await this.isTaken(way, message, isKept, leftMs))) return;
      await wait(Math.min(RETRY_MS, leftMs), undefined, { ref: false });
    }
  }

  /** @throws NoticeError if the stream is full, and stays so */
  private async isTaken(way: Way, message: Message, isKept: boolean, leftMs: number): Promise<boolean> {
    const tryMs = Math.min(TRY_MS, leftMs);
    try {
      return isKept ? await this.store(way, message, tryMs) : await sendNow(way, message, tryMs);
    } catch (error) {
      if (!(error instanceof JetStreamApiError && FULL_ERRORS.has(error.code))) return false;
      const hasRoom = await Promise.race([this.makeRoom(way), wait(leftMs, false, { ref: false })]);
      if (!hasRoom) throw new NoticeError('full', `the log accepts no more notices: ${error.message}`);
      return false;
    }
  }

  private async store({ client }: Way, { subject, data, headers }: Message, timeout: number): Promise<true> {
    const expect = { streamName: this.settings.stream };
    await client.publish(subject, data, { headers, timeout, expect });
    return true;
  }
}

/** NATS answers when it has received what was sent before. */
async function sendNow(
  { connection }: Way,
  { subject, data, headers }: Message,
  ms: number,
): Promise<boolean> {
  connection.publish(subject, data, { headers });
  return Promise.race([connection.flush().then(() => true), wait(ms, false, { ref: false })]);
}
