import type { StreamInfo } from '@nats-io/jetstream';
import type { Clock, LogListener } from '@ws-hub/hub';
import { epochOf } from './stream.js';
import type { StreamLook } from './stream-look.js';

/** How often the stream is checked. */
const LOOK_MS = 1_000;

/** The end of the stream at a check, and how far this node had read then. */
interface Seen {
  readonly last: number;
  readonly head: number;
}

/** The progress of a reader, and periodic tasks. */
export interface Watched {
  readonly head: number;
  dropOld?(nowMs: number): void;
}

/**
 * Detects problems of the stream or its reader. The library's ordered consumer only detects them by missed heartbeats,
 * after a minute.
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

  /** Resolves with the problem. @param epoch of the stream that is read */
  untilTrouble(epoch: string): Promise<string> {
    const trouble = new Promise<string>((resolve) => {
      this.onTrouble = resolve;
    });
    const { head } = this.read;
    this.lookLater(epoch, { last: head, head });
    return trouble;
  }

  /** Reports a problem that was detected elsewhere. */
  report(reason: string): void {
    this.onTrouble(reason);
  }

  end(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** One check after the other, so that a late answer is not mistaken for a later one. */
  private lookLater(epoch: string, before: Seen): void {
    const timer = setTimeout(() => {
      this.lookNow(timer, epoch, before).catch((error) => {
        this.tell.failed('checking the stream', error);
        this.report('checking the stream has failed');
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

  /** @param head of this node before the request @param before the previous check */
  private whatIsWrong(
    info: StreamInfo | undefined,
    epoch: string,
    head: number,
    before: Seen,
  ): string | undefined {
    if (info === undefined) return 'the stream no longer exists, or JetStream does not answer';
    if (epochOf(info) !== epoch) return 'the stream was recreated';
    if (info.state.last_seq < head) return 'the stream has lost its end';
    const standsStill = this.read.head < before.last && this.read.head === before.head;
    return standsStill ? 'the reader has stalled' : undefined;
  }
}
