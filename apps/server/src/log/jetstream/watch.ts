import type { StreamInfo } from '@nats-io/jetstream';
import type { Clock } from '../../time/clock.js';
import type { AwaitedRing } from './awaited-ring.js';
import { epochOf } from './stream.js';
import type { StreamLook } from './stream-look.js';

/** How often the stream is looked at. */
const LOOK_MS = 1_000;

/**
 * Notices when something is wrong with the stream or its reader: the library's ordered consumer finds out only by
 * missed heartbeats, after a minute.
 */
export class Watch {
  private timer: NodeJS.Timeout | undefined;
  private onTrouble: (reason: string) => void = () => undefined;

  constructor(
    private readonly look: StreamLook,
    private readonly ring: AwaitedRing,
    private readonly clock: Clock,
  ) {}

  /** Resolves with what is wrong. @param epoch of the stream that is being read */
  untilTrouble(epoch: string): Promise<string> {
    const trouble = new Promise<string>((resolve) => {
      this.onTrouble = resolve;
    });
    let knownLast = this.ring.head;
    this.timer = setInterval(async () => {
      const { head } = this.ring;
      const info = await this.look.own();
      const wrong = this.whatIsWrong(info, epoch, head, knownLast);
      knownLast = info?.state.last_seq ?? knownLast;
      if (wrong !== undefined) this.report(wrong);
      this.ring.dropOld(this.clock.monotonicMs());
    }, LOOK_MS).unref();
    return trouble;
  }

  /** Somebody else has noticed something. */
  report(reason: string): void {
    this.onTrouble(reason);
  }

  end(): void {
    clearInterval(this.timer);
  }

  /** @param head of this node before it asked @param knownLast what the stream had at the look before */
  private whatIsWrong(
    info: StreamInfo | undefined,
    epoch: string,
    head: number,
    knownLast: number,
  ): string | undefined {
    if (info === undefined) return 'the stream is gone, or JetStream does not answer';
    if (epochOf(info) !== epoch) return 'the stream was made again';
    if (info.state.last_seq < head) return 'the stream has lost its end';
    return this.ring.head < knownLast ? 'the reader stands still' : undefined;
  }
}
