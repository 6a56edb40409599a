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
  /** Where messages begin if none was ever told. */
  readonly head: Position;
  /** Monotonic time from which on a channel that no hub has told of is vacant. */
  readonly vacantFromMs: number;
  readonly isOccupied: TransitionParts['isOccupied'];
}

const AFTER_BUG_MS = 5_000;

/** The time in which this hub sends the webhooks. */
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

  /** How many messages were read, and wait. */
  get waiting(): number {
    return this.queue.size;
  }

  /** Looks whether there is something to tell. */
  look(): void {
    if (this.transitions.hasSome) this.wake();
    this.readOn().catch((error: unknown) => this.parts.guard.failed('webhook messages', error));
  }

  /** Ends at once: another hub sends. */
  abort(): void {
    this.tail?.end();
    this.stop.abort();
  }

  /** Tells what can be told within so long, and leaves the rest. */
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

  /** A bug ends a batch, which comes again, and not the webhooks. */
  private async run(): Promise<void> {
    while (!this.stop.signal.aborted) {
      try {
        // Where it begins is known to whoever leads next, even if nothing is ever taken.
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

/** Resolves at the signal as well. */
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
