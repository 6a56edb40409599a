import type { HubEvents } from '../events.js';
import type { Draft, Outcome } from '../log/index.js';
import type { Clock } from '../time/clock.js';

/** A prime, since publishers like to send 10 or 64 at a time: the place in such a batch must not matter. */
const ONE_OF = 61;
const MAX_TRACED_PER_SECOND = 100;

/**
 * Measures how long messages take from accepted to stored: a sample of them, since a closure and two looks at the clock for
 * each are what one can see in the CPU per message. The first one of each second is in it, so that a quiet hub has figures; one
 * of 61; and those that are traced, up to 100 a second, so that slow ones have an exemplar.
 */
export class PublishTimer {
  private second = 0;
  private untilNext = ONE_OF;
  private traced = 0;

  constructor(
    private readonly clock: Clock,
    private readonly events: HubEvents,
  ) {}

  /** @returns what is to be told of the outcome: `settled` itself for most */
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
