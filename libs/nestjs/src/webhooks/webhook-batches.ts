import { formatPosition } from '@ws-hub/hub';
import type { EventQueue } from './event-queue.js';
import type { LogTail } from './log-tail.js';
import type { Transitions } from './occupancy/transitions.js';
import type { ToldCursor } from './told-cursor.js';
import { messageEvent, type WebhookEvent } from './webhook-event.js';
import type { Batches, Result } from './webhook-sender.js';

export const MAX_EVENTS = 100;
/** Limits transitions per batch, so that a flood of them does not delay messages. */
const MAX_TRANSITIONS = 50;
const MAX_BYTES = 1024 * 1024;

/** Combines transitions of channels and messages into one batch. */
export class WebhookBatches implements Batches {
  constructor(
    private readonly transitions: Transitions,
    private readonly queue: EventQueue,
    private readonly tail: LogTail | undefined,
    private readonly cursor: ToldCursor,
  ) {}

  async next(): Promise<readonly WebhookEvent[]> {
    const transitions = await this.transitions.take(MAX_TRANSITIONS);
    const messages = this.queue.take(MAX_EVENTS - transitions.length, MAX_BYTES);
    return [
      ...transitions,
      ...messages.map(({ entry, epoch }) => messageEvent(entry, formatPosition(epoch, entry.position))),
    ];
  }

  async settle(result: Result): Promise<boolean> {
    this.queue.settle();
    await this.moveCursor();
    return this.transitions.settle(result);
  }

  /** @param isLast there is no later chance */
  async moveCursor(isLast = false): Promise<void> {
    if (this.tail !== undefined) await this.cursor.move(this.tail.told, isLast);
  }
}
