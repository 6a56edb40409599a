import { setTimeout as wait } from 'node:timers/promises';
import type { Clock, Guard, Lead, MessageLog, Position } from '@ws-hub/hub';
import type { EventFilter } from './event-filter.js';
import { EventQueue } from './event-queue.js';
import { LogTail } from './log-tail.js';
import { type TransitionParts, Transitions } from './occupancy/transitions.js';
import { ToldCursor } from './told-cursor.js';
import { WebhookBatches } from './webhook-batches.js';
import type { WebhookReporter } from './webhook-reporter.js';
import type { WebhookRequest } from './webhook-request.js';
import { WebhookSender } from './webhook-sender.js';

export interface TermParts {
  readonly log: MessageLog;
  readonly filter: EventFilter;
  readonly clock: Clock;
  readonly guard: Guard;
  readonly request: WebhookRequest;
  readonly reporter: WebhookReporter;
}

export interface TermStart {
  /** Where messages start if none was ever sent. */
  readonly head: Position;
  /** Monotonic time from which on a channel counts as vacant if no hub has reported it. */
  readonly vacantFromMs: number;
  readonly isOccupied: TransitionParts['isOccupied'];
}

const AFTER_BUG_MS = 5_000;

/** The term during which this hub sends the webhooks. */
export class WebhookTerm {
  readonly transitions: Transitions;
  private readonly stop = new AbortController();
  private readonly queue = new EventQueue();
  private readonly tail: LogTail | undefined;
  private readonly batches: WebhookBatches;
  private readonly sender: WebhookSender;
  private readonly running: Promise<void>;

  constructor(
    private readonly parts: TermParts,
    lead: Lead,
    { head, vacantFromMs, isOccupied }: TermStart,
  ) {
    const { log, filter, clock, request, reporter } = parts;
    const full = (told: number) => reporter.tooManyChannels(told);
    this.transitions = new Transitions({ lead, filter, clock, isOccupied, full }, vacantFromMs);
    const cursor = new ToldCursor(lead, clock);
    this.tail = filter.has('message')
      ? new LogTail(log, filter, this.queue, {
          added: () => this.wake(),
          lost: (messages) => reporter.lost(messages),
        })
      : undefined;
    this.tail?.begin(cursor.value, head);
    this.batches = new WebhookBatches(this.transitions, this.queue, this.tail, cursor);
    this.sender = new WebhookSender(
      { request, clock, reporter, pause, random: Math.random },
      this.batches,
      () => lead.isHeld,
      this.stop.signal,
    );
    this.running = this.run();
  }

  /** The number of messages that were read and wait. */
  get waiting(): number {
    return this.queue.size;
  }

  /** Checks for new events. */
  look(): void {
    if (this.transitions.hasSome) this.wake();
    this.readOn().catch((error: unknown) => this.parts.guard.failed('webhook messages', error));
  }

  /** Ends at once: another hub sends. */
  abort(): void {
    this.tail?.end();
    this.stop.abort();
  }

  /** Sends what can be sent within the time, and leaves the rest. */
  async finish(withinMs: number): Promise<void> {
    const late = wait(withinMs, undefined, { ref: false });
    await Promise.race([this.tail?.poll(), late]);
    this.sender.finish();
    await Promise.race([this.running, late]);
    await Promise.race([this.batches.moveCursor(true), late]);
    this.abort();
  }

  private async readOn(): Promise<void> {
    await this.tail?.poll();
    if (this.waiting === 0) await this.batches.moveCursor();
  }

  private wake(): void {
    this.sender.wake();
  }

  /** A bug ends a batch, which is sent again, but not the webhooks. */
  private async run(): Promise<void> {
    while (!this.stop.signal.aborted) {
      try {
        // The next leader has to know the start, even if no event is ever accepted.
        await this.batches.moveCursor();
        await this.sender.run();
        return;
      } catch (error) {
        this.parts.guard.failed('webhooks', error);
        await pause(AFTER_BUG_MS, this.stop.signal);
      }
    }
  }
}

/** Also resolves at the signal. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(end, ms).unref();
    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    }
    signal.addEventListener('abort', end);
  });
}
