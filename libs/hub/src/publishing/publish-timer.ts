import type { HubEvents } from '../events.js';
import type { Draft, Outcome } from '../log/index.js';
import type { Clock } from '../time/clock.js';

/** A prime, since publishers like to send 10 or 64 at a time: the place in such a batch must not matter. */
const ONE_OF = 61;
const MAX_TRACED_PER_SECOND = 100;

/**
 * Measures how long messages take from accepted to stored. Only a sample, since a closure and two clock reads per
 * message are visible in the CPU profile. The sample has the first message of each second, so that a quiet hub has
 * figures; one in 61; and traced ones, up to 100 per second, so that slow ones have an exemplar.
 */
export class PublishTimer {
  private second = 0;
  private untilNext = ONE_OF;
  private traced = 0;

  constructor(
    private readonly clock: Clock,
    private readonly events: HubEvents,
  ) {}

  /** @returns the callback for the outcome: `settled` itself for most messages */
  time(draft: Draft, settled?: (outcome: Outcome) => void): ((outcome: Outcome) => void) | undefined {
    if (!this.isDue(draft)) return settled;
    const startMs = this.clock.monotonicMs();
    return (outcome) => {
      if (outcome.result === 'stored')
        this.events.publishTimed(this.clock.monotonicMs() - startMs, draft.trace);
      settled?.(outcome);
    };
  }

  private isDue({ timestamp, trace }: Draft): boolean {
    if (timestamp !== this.second) {
      this.second = timestamp;
      this.traced = 0;
      return true;
    }
    if (trace !== undefined && this.traced < MAX_TRACED_PER_SECOND) {
      this.traced++;
      return true;
    }
    if (--this.untilNext > 0) return false;
    this.untilNext = ONE_OF;
    return true;
  }
}
