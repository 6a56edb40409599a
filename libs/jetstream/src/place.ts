import type { JsMsg, StreamInfo } from '@nats-io/jetstream';
import type { AwaitedRing } from './awaited-ring.js';
import { idOf } from './entry-message.js';
import { epochOf } from './stream.js';
import { hasHoles, type Mark, type StreamLook } from './stream-look.js';

/** A reader that returns nothing for this long, although there is something, has failed. */
const STANDSTILL_MS = 2_000;

/** The place of this node in the stream: up to where it has read, and whether the stream still continues from there. */
export class Place {
  /** Of the stream that is read; empty before there is one. */
  epoch = '';
  /** Whether clients may have received entries: from then on nothing is read again. */
  isHeard = false;
  private newest: JsMsg | undefined;

  /** @param lost called when the next entry does not follow the last one */
  constructor(
    private readonly look: StreamLook,
    private readonly ring: AwaitedRing,
    private readonly ringSize: number,
    private readonly lost: () => void,
  ) {}

  /**
   * Keeps its place if the stream still has what follows. If not, the node continues at the end of the stream: its
   * clients may have received earlier entries already. A node without clients so far fills its ring first.
   *
   * @returns whether it has restarted
   * @throws Error if NATS does not answer
   */
  async take(info: StreamInfo): Promise<boolean> {
    if (await this.isIn(info)) return false;
    const { first_seq: first, last_seq: last } = info.state;
    this.epoch = epochOf(info);
    if (this.isHeard) this.moveTo(last);
    else this.ring.restart(Math.max(0, first - 1, last - this.ringSize));
    return true;
  }

  /**
   * Waits until the reader has reached the former end of the stream.
   *
   * @throws Error if nothing more arrives
   */
  async readToEnd(info: StreamInfo): Promise<void> {
    const { last_seq: last } = info.state;
    const end = hasHoles(info) ? await this.lastThere(last) : last;
    let head = -1;
    while (!(await this.ring.hasReached(end, STANDSTILL_MS))) {
      if (this.ring.head === head) throw new Error('the stream could not be read completely');
      head = this.ring.head;
    }
    // The entries up to there were removed before this node had read them.
    if (this.ring.head < last) this.moveTo(last);
  }

  /** The reader returns this message. @returns false if it is known already */
  reach(message: JsMsg): boolean {
    const { head } = this.ring;
    if (message.seq <= head) return false;
    if (message.seq !== head + 1) this.moveTo(message.seq - 1);
    this.newest = message;
    return true;
  }

  private moveTo(head: number): void {
    this.ring.restart(head);
    this.lost();
  }

  /** Whether the stream has this node's head, and everything after it. It may have lost its end and grown again since. */
  private async isIn(info: StreamInfo): Promise<boolean> {
    const { head } = this.ring;
    const { first_seq: first, last_seq: last } = info.state;
    if (this.epoch !== epochOf(info) || last < head || first > head + 1) return false;
    const { mark } = this;
    return mark?.sequence !== head || first > head || (await this.look.mayHave(mark));
  }

  private get mark(): Mark | undefined {
    const { newest } = this;
    return newest && { sequence: newest.seq, id: idOf(newest), storedMs: newest.time.getTime() };
  }

  /** The last position up to this one at which the stream has a message. */
  private async lastThere(last: number): Promise<number> {
    const missing = new Set(await this.look.missing());
    let end = last;
    while (missing.has(end)) end--;
    return end;
  }
}
