import type { JsMsg, StreamInfo } from '@nats-io/jetstream';
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import type { Clock, LogEvents, LogListener, Notice } from '@ws-hub/hub';
import type { JetStreamOptions } from '../options.js';
import { SecretMarks } from '../secret-marks.js';
import { ensureStream, epochOf } from '../stream.js';
import { StreamLook } from '../stream-look.js';
import { Watch } from '../watch.js';
import { NoticeMessages } from './notice-messages.js';
import { NoticePoster, type Way } from './notice-poster.js';
import { noticeStream } from './notice-stream.js';
import { NoticeTail } from './notice-tail.js';
import { NoticeUpkeep } from './notice-upkeep.js';

export interface NoticesHooks {
  readonly tell: Pick<LogListener, 'notice' | 'failed'>;
  readonly events: Pick<LogEvents, 'noticeSkipped'>;
  readonly isConnected: () => boolean;
  /** No notices arrive until they are attached again. */
  trouble(reason: string): void;
}

/**
 * Notices between hubs, beside the messages. Kept ones are in a stream of their own, which each hub reads from its
 * beginning whenever it connects, and then follows. Others are sent from hub to hub and not stored.
 */
export class Notices {
  /** Why no notices arrive at present; undefined if they do. */
  trouble: string | undefined;
  private skippedSoFar = 0;
  /** The newest message of this stream that was skipped and counted: it appears again on each reading. */
  private newestSkipped = { epoch: '', sequence: 0 };
  private readonly marks: SecretMarks;
  private readonly plan: ReturnType<typeof noticeStream>;
  private readonly messages: NoticeMessages;
  private readonly tail: NoticeTail;
  private readonly look: StreamLook;
  private readonly watch: Watch;
  private readonly upkeep: NoticeUpkeep;
  private readonly poster: NoticePoster;
  private way: Way | undefined;
  private now: Subscription | undefined;
  private listens: NatsConnection | undefined;
  private hasFormer = false;

  constructor(
    config: JetStreamOptions,
    clock: Clock,
    private readonly hooks: NoticesHooks,
  ) {
    const { maxPendingAppends: maxPending, appendTimeoutMs: timeoutMs } = config;
    this.plan = noticeStream(config);
    const stream = this.plan.wanted.name;
    this.marks = new SecretMarks(config);
    this.messages = new NoticeMessages(config, clock);
    this.tail = new NoticeTail(stream, {
      message: (message, isLive) => this.take(message, isLive),
      failed: (error) => {
        hooks.tell.failed('reading the notices', error);
        this.report('their reader has failed');
      },
      ended: (error) => this.report(`their reader has ended: ${error?.message ?? 'without a reason'}`),
    });
    this.look = new StreamLook(stream);
    this.watch = new Watch(this.look, this.tail, clock, hooks.tell);
    this.upkeep = new NoticeUpkeep(stream, this.messages, clock);
    this.poster = new NoticePoster(
      { stream, maxPending, timeoutMs },
      this.messages,
      clock,
      () => (hooks.isConnected() ? this.way : undefined),
      (way) => this.upkeep.makeRoom(way),
    );
  }

  /** The number of notices found that no hub wrote. */
  get skipped(): number {
    return this.skippedSoFar;
  }

  /** @throws NoticeError; TypeError or RangeError for an invalid notice */
  post(notice: Notice): Promise<void> {
    return this.poster.post(notice);
  }

  /** @throws LogStartError if there is a stream that cannot be used */
  ensureStream({ manager }: Way): Promise<StreamInfo> {
    return ensureStream(manager, this.plan, this.marks);
  }

  /**
   * Resolves when all kept notices were delivered.
   *
   * @throws Error if they cannot be read; LogStartError if there is a stream that cannot be used
   */
  async attach(way: Way): Promise<void> {
    this.trouble = undefined;
    this.listenNow(way.connection);
    this.look.manager = way.manager;
    const info = await this.ensureStream(way);
    // Only now: the mark of a secret must be on a stream before anything that is proved with it.
    this.way = way;
    const epoch = epochOf(info);
    if (this.newestSkipped.epoch !== epoch) this.newestSkipped = { epoch, sequence: 0 };
    this.hasFormer = false;
    await this.tail.start(way.client, info.state.last_seq);
    void this.watch.untilTrouble(epoch).then((reason) => this.report(reason));
    if (this.hasFormer && this.isNewestIn(info)) void this.upkeep.sweep(way, true);
  }

  detach(): void {
    this.watch.end();
    this.tail.stop();
  }

  end(): void {
    this.poster.end();
  }

  /** For the lifetime of this connection, which restores its subscription when it reconnects. */
  private listenNow(connection: NatsConnection): void {
    if (this.listens === connection && this.now?.isClosed() === false) return;
    this.listens = connection;
    this.now = connection.subscribe(this.messages.nowSubjects, {
      callback: (error, message) => {
        if (error === null) this.takeNow(message);
        else this.report(`NATS rejects the subscription: ${error.message}`);
      },
    });
  }

  private takeNow(message: Msg): void {
    const read = this.messages.read(message);
    if (read === undefined || read.leftMs <= 0) this.skip();
    else this.deliver(read.notice);
  }

  private take(message: JsMsg, isLive: boolean): void {
    const read = this.messages.read(message);
    if (read === undefined) {
      this.skipKept(message.seq);
      return;
    }
    if (read.leftMs > 0) this.deliver(read.notice);
    if (!read.isFormer) return;
    this.hasFormer = true;
    // From a hub that was not restarted yet.
    if (isLive && this.way !== undefined) void this.reseal(this.way, message);
  }

  /**
   * The mark shows which of the two secrets is the new one. Without it, two hubs would sign the same notices in turns
   * forever.
   */
  private async reseal(way: Way, message: JsMsg): Promise<void> {
    const info = await this.look.own();
    if (info !== undefined && this.isNewestIn(info))
      await this.upkeep.reseal(way, message).catch(() => this.upkeep.sweep(way, true));
  }

  private isNewestIn({ config }: StreamInfo): boolean {
    return this.marks.isNewestIn(config.description);
  }

  private skipKept(sequence: number): void {
    if (sequence <= this.newestSkipped.sequence) return;
    this.newestSkipped = { ...this.newestSkipped, sequence };
    this.skip();
  }

  private skip(): void {
    this.skippedSoFar++;
    this.hooks.events.noticeSkipped(this.skippedSoFar);
  }

  /** A notice that cannot be delivered must not keep the hub from reading the others. */
  private deliver(notice: Notice): void {
    try {
      this.hooks.tell.notice(notice);
    } catch (error) {
      this.hooks.tell.failed('notice', error);
    }
  }

  private report(reason: string): void {
    this.trouble = `notices: ${reason}`;
    this.hooks.trouble(this.trouble);
  }
}
