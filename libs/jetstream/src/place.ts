import type { JsMsg, StreamInfo } from '@nats-io/jetstream';
import type { AwaitedRing } from './awaited-ring.js';
import { idOf } from './entry-message.js';
import { epochOf } from './stream.js';
import { hasHoles, type Mark, type StreamLook } from './stream-look.js';

/** A reader that brings nothing for so long, though there is something, has failed. */
const STANDSTILL_MS = 2_000;

/** Where this node is in which stream: up to where it has read, and whether the stream still goes on from there. */
export class Place {
  /** Of the stream that is read; empty before there is one. */
  epoch = '';
  /** Whether somebody may have heard what was read: from then on nothing is read again. */
  isHeard = false;
  private newest: JsMsg | undefined;

  /** @param lost told when the next entry does not follow on the last one */
  constructor(
    private readonly look: StreamLook,
    private readonly ring: AwaitedRing,
    private readonly ringSize: number,
    private readonly lost: () => void,
  ) {}

  /**
   * Stays, if the stream still has what follows. If not, whoever is here goes on at the end of the stream: what lies
   * before may be what it has heard already. A node that nobody has heard yet fills its ring first.
   *
   * @returns whether it has begun anew
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
   * Waits until the reader has come to what was the end of the stream.
   *
   * @throws Error if nothing comes any more
   */
  async readToEnd(info: StreamInfo): Promise<void> {
    const { last_seq: last } = info.state;
    const end = hasHoles(info) ? await this.lastThere(last) : last;
    let head = -1;
    while (!(await this.ring.hasReached(end, STANDSTILL_MS))) {
      if (this.ring.head === head) throw new Error('the stream could not be read to its end');
      head = this.ring.head;
    }
    // What stood behind was taken away before this node has read it.
    if (this.ring.head < last) this.moveTo(last);
  }

  /** The reader brings this message. @returns false for one that is known */
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

  /** Whether the stream has this node's head, and all that follows. It may have lost its end and grown again meanwhile. */
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

  /** The last place up to this one at which the stream has something. */
  private async lastThere(last: number): Promise<number> {
    const missing = new Set(await this.look.missing());
    let end = last;
    while (missing.has(end)) end--;
    return end;
  }
}
