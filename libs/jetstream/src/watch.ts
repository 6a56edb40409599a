import type { StreamInfo } from '@nats-io/jetstream';
import type { Clock, LogListener } from '@ws-hub/hub';
import { epochOf } from './stream.js';
import type { StreamLook } from './stream-look.js';

/** How often the stream is looked at. */
const LOOK_MS = 1_000;

/** How far the stream went at a look, and how far this node had read it then. */
interface Seen {
  readonly last: number;
  readonly head: number;
}

/** How far a reader has come, and what goes with time. */
export interface Watched {
  readonly head: number;
  dropOld?(nowMs: number): void;
}

/**
 * Notices when something is wrong with the stream or its reader: the library's ordered consumer finds out only by
 * missed heartbeats, after a minute.
 */
export class Watch {
  private timer: NodeJS.Timeout | undefined;
  private onTrouble: (reason: string) => void = () => undefined;

  constructor(
    private readonly look: StreamLook,
    private readonly read: Watched,
    private readonly clock: Clock,
    private readonly tell: Pick<LogListener, 'failed'>,
  ) {}

  /** Resolves with what is wrong. @param epoch of the stream that is being read */
  untilTrouble(epoch: string): Promise<string> {
    const trouble = new Promise<string>((resolve) => {
      this.onTrouble = resolve;
    });
    const { head } = this.read;
    this.lookLater(epoch, { last: head, head });
    return trouble;
  }

  /** Somebody else has noticed something. */
  report(reason: string): void {
    this.onTrouble(reason);
  }

  end(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** One look after the other, so that an answer that is late is not taken for one of later. */
  private lookLater(epoch: string, before: Seen): void {
    const timer = setTimeout(() => {
      this.lookNow(timer, epoch, before).catch((error) => {
        this.tell.failed('looking at the stream', error);
        this.report('a look at the stream has failed');
      });
    }, LOOK_MS).unref();
    this.timer = timer;
  }

  private async lookNow(timer: NodeJS.Timeout, epoch: string, before: Seen): Promise<void> {
    const { head } = this.read;
    const info = await this.look.own();
    if (this.timer !== timer) return;
    this.read.dropOld?.(this.clock.monotonicMs());
    const wrong = this.whatIsWrong(info, epoch, head, before);
    if (wrong !== undefined) this.report(wrong);
    this.lookLater(epoch, { last: info?.state.last_seq ?? before.last, head: this.read.head });
  }

  /** @param head of this node before it asked @param before the look before */
  private whatIsWrong(
    info: StreamInfo | undefined,
    epoch: string,
    head: number,
    before: Seen,
  ): string | undefined {
    if (info === undefined) return 'the stream is gone, or JetStream does not answer';
    if (epochOf(info) !== epoch) return 'the stream was made again';
    if (info.state.last_seq < head) return 'the stream has lost its end';
    const standsStill = this.read.head < before.last && this.read.head === before.head;
    return standsStill ? 'the reader stands still' : undefined;
  }
}
