import type { Clock } from '@ws-hub/hub';
import { MAX_WAIT_MS, waitMs } from './backoff.js';
import type { WebhookEvent } from './webhook-event.js';
import type { WebhookReporter } from './webhook-reporter.js';
import type { Told, WebhookRequest } from './webhook-request.js';

type NotTaken = Exclude<Told, { result: 'taken' }>;

/** After so long a batch that was not taken is given up. */
export const GIVE_UP_MS = 3_600_000;

/** What could not be written down is told again, but not at once. */
const UNWRITTEN_MS = 5_000;

/** What became of a batch. */
export type Result = 'delivered' | 'given_up';

/** Where batches come from. */
export interface Batches {
  /** The next events; none if there is nothing to tell. */
  next(): Promise<readonly WebhookEvent[]>;
  /** What became of the last ones. @returns false if that could not be written down, so that they come again */
  settle(result: Result): Promise<boolean>;
}

/** What a sender works with. */
export interface SenderParts {
  readonly request: Pick<WebhookRequest, 'send'>;
  readonly clock: Clock;
  readonly reporter: Pick<WebhookReporter, 'delivered' | 'failed' | 'givenUp'>;
  /** Resolves after so long, or at the signal. */
  pause(ms: number, stop: AbortSignal): Promise<void>;
  /** From 0 to 1. */
  random(): number;
}

/**
 * Tells the receiver one batch after the other, each until it is taken, so that the order of a channel holds: for an hour,
 * with growing waits.
 */
export class WebhookSender {
  private readonly ending = new AbortController();
  private hasStopped = false;
  private wakeUp: () => void = () => undefined;

  /**
   * @param mayTell whether this hub still is the one that sends
   * @param stop ends it at once
   */
  constructor(
    private readonly parts: SenderParts,
    private readonly batches: Batches,
    private readonly mayTell: () => boolean,
    private readonly stop: AbortSignal,
  ) {
    stop.addEventListener('abort', () => this.finish(), { once: true });
  }

  /** There may be something to tell. */
  wake(): void {
    this.wakeUp();
  }

  /** It ends when nothing is left to tell, or with the first try that fails. */
  finish(): void {
    this.ending.abort();
    this.wake();
  }

  /** @returns at the end */
  async run(): Promise<void> {
    while (this.goesOn) {
      const woken = new Promise<void>((resolve) => {
        this.wakeUp = resolve;
      });
      const events = await this.batches.next();
      if (events.length > 0) await this.deliver(events);
      else if (this.isEnding) return;
      else await woken;
    }
  }

  private get isEnding(): boolean {
    return this.ending.signal.aborted;
  }

  private get goesOn(): boolean {
    return !this.hasStopped && !this.stop.aborted && this.mayTell();
  }

  /** What is not taken at the end stays where it came from. */
  private async deliver(events: readonly WebhookEvent[]): Promise<void> {
    const { clock, request, reporter } = this.parts;
    const sinceMs = clock.monotonicMs();
    for (let failures = 1; this.goesOn; failures++) {
      const told = await request.send(events, this.stop);
      if (told.result === 'taken') {
        reporter.delivered(events.length);
        return this.settle('delivered');
      }
      if (this.stop.aborted) return;
      if (told.result === 'gone' || clock.monotonicMs() - sinceMs >= GIVE_UP_MS)
        return this.giveUp(events, told);
      reporter.failed(told.reason, failures);
      await this.pause(waitMs(failures, this.parts.random()));
      if (this.isEnding) return this.stopTelling();
    }
  }

  private async giveUp(events: readonly WebhookEvent[], { result, reason }: NotTaken): Promise<void> {
    this.parts.reporter.givenUp(events.length, reason);
    await this.settle('given_up');
    if (result !== 'gone') return;
    // It wants nothing more, so it is not asked again at once with the next ones.
    await this.pause(MAX_WAIT_MS);
    if (this.isEnding) this.stopTelling();
  }

  private async settle(result: Result): Promise<void> {
    if (!(await this.batches.settle(result))) await this.pause(UNWRITTEN_MS);
  }

  private stopTelling(): void {
    this.hasStopped = true;
  }

  private pause(ms: number): Promise<void> {
    return this.parts.pause(ms, this.ending.signal);
  }
}
