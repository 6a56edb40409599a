import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../time/clock.js';
import type { Located } from '../message-log.js';
import type { AwaitedRing } from './awaited-ring.js';
import { epochOf } from './stream.js';
import type { StreamLook } from './stream-look.js';

const RETRY_MS = 500;

/** Finds out whether the stream has all that follows on a place. */
export class Locator {
  private hasEnded = false;

  constructor(
    private readonly look: StreamLook,
    private readonly ring: AwaitedRing,
    private readonly clock: Clock,
  ) {}

  end(): void {
    this.hasEnded = true;
  }

  /**
   * As long as there is no answer it asks again: who comes back should not pay for a moment's weakness.
   *
   * @param epoch of the sequence, which was that of this node when it was asked
   */
  async locate(sequence: number, epoch: string, withinMs: number): Promise<Located> {
    const deadlineMs = this.clock.monotonicMs() + withinMs;
    const leftMs = () => deadlineMs - this.clock.monotonicMs();
    while (!this.hasEnded && leftMs() > 0) {
      const info = await this.look.shared();
      if (info === undefined) {
        await wait(Math.min(RETRY_MS, Math.max(0, leftMs())), undefined, { ref: false });
        continue;
      }
      const { first_seq: first, last_seq: last } = info.state;
      if (epochOf(info) !== epoch || sequence > last || sequence < first - 1) return { result: 'gone' };
      if (await this.ring.hasReached(sequence, leftMs())) return { result: 'found', sequence };
    }
    return { result: 'unavailable' };
  }
}
