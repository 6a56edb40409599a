import type { Clock } from '@ws-hub/hub';
import { MAX_WAIT_MS, waitMs } from './backoff.js';
import type { WebhookEvent } from './webhook-event.js';
import type { WebhookReporter } from './webhook-reporter.js';
import type { Told, WebhookRequest } from './webhook-request.js';

type NotTaken = Exclude<Told, { result: 'taken' }>;

/** How long a batch is retried before it is given up. */
export const GIVE_UP_MS = 3_600_000;

/** How long to wait before a batch is sent again whose result could not be written. */
const UNWRITTEN_MS = 5_000;

/** The result of a batch. */
export type Result = 'delivered' | 'given_up';

/** The source of batches. */
export interface Batches {
  /** The next events; empty if there are none. */
  next(): Promise<readonly WebhookEvent[]>;
  /** Settles the last events. @returns false if the result could not be written, so that they come again */
  settle(result: Result): Promise<boolean>;
}

/** The dependencies of a sender. */
export interface SenderParts {
  readonly request: Pick<WebhookRequest, 'send'>;
  readonly clock: Clock;
  readonly reporter: Pick<WebhookReporter, 'delivered' | 'failed' | 'givenUp'>;
  /** Resolves after the time, or at the signal. */
  pause(ms: number, stop: AbortSignal): Promise<void>;
  /** 0-1. */
  random(): number;
}

/**
 * Sends one batch after the other to the receiver. Each is retried until it is accepted, for an hour with growing
 * waits, so that the order within a channel is kept.
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

  /** There may be new events. */
  wake(): void {
    this.wakeUp();
  }

  /** Ends when all events are sent, or at the first failed attempt. */
  finish(): void {
    this.ending.abort();
    this.wake();
  }

  /** @returns when it has ended */
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

  /** At the end, events that are not accepted stay in their source. */
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
    // It rejects everything, so the next batch waits.
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
