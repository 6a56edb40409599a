import { setTimeout as wait } from 'node:timers/promises';
import type { StreamInfo } from '@nats-io/jetstream';
import { type Clock, type Located, type LogListener, type ParsedPosition, parsePosition } from '@ws-hub/hub';
import type { AwaitedRing } from './awaited-ring.js';
import { epochOf } from './stream.js';
import { hasHoles, type StreamLook } from './stream-look.js';

const RETRY_MS = 500;

/** Determines whether the stream has everything after a position. */
export class Locator {
  private hasEnded = false;

  constructor(
    private readonly look: StreamLook,
    private readonly ring: AwaitedRing,
    private readonly epoch: () => string,
    private readonly clock: Clock,
  ) {}

  end(): void {
    this.hasEnded = true;
  }

  /** @param text a position as text @param tell called with a bug, which is not an answer */
  async answer(text: string, withinMs: number, tell: Pick<LogListener, 'failed'>): Promise<Located> {
    const found = parsePosition(text);
    if (found === undefined) return { result: 'gone' };
    try {
      return await this.locate(found, withinMs);
    } catch (error) {
      tell.failed('locating', error);
      return { result: 'unavailable' };
    }
  }

  /**
   * Asks again while there is no answer: a brief outage should not cost clients their position. A position is only
   * reported as gone by an answer that was requested after this call, and so after the position was issued.
   */
  private async locate(place: ParsedPosition, withinMs: number): Promise<Located> {
    const deadlineMs = this.clock.monotonicMs() + withinMs;
    const leftMs = () => Math.max(0, deadlineMs - this.clock.monotonicMs());
    while (!this.hasEnded && leftMs() > 0) {
      const { head } = this.ring;
      const info = await this.look.shared();
      const isGone = info && this.isUpToDate(info, head) ? await this.isGone(place, info) : undefined;
      if (isGone === true) return { result: 'gone' };
      if (isGone === undefined) await wait(Math.min(RETRY_MS, leftMs()), undefined, { ref: false });
      else if (await this.ring.hasReached(place.position, leftMs())) {
        if (this.epoch() === place.epoch) return { result: 'found', position: place.position };
      }
    }
    return { result: 'unavailable' };
  }

  /**
   * False until this node has noticed a change of the stream: otherwise clients would be told twice that they lost
   * their place.
   */
  private isUpToDate(info: StreamInfo, head: number): boolean {
    return epochOf(info) === this.epoch() && info.state.last_seq >= head;
  }

  /** Undefined if there is no answer. */
  private async isGone({ epoch, position }: ParsedPosition, info: StreamInfo): Promise<boolean | undefined> {
    const { first_seq: first, last_seq: last } = info.state;
    if (epochOf(info) !== epoch || position > last || position < first - 1) return true;
    if (this.ring.first <= position + 1 || !hasHoles(info)) return false;
    const missing = await this.look.missing();
    return missing && (missing.at(-1) ?? 0) > position;
  }
}
