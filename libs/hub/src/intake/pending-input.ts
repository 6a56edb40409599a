import type { Worker } from '../backpressure/work-queue.js';
import { PackedMessages } from './packed-messages.js';

/** What it needs to know about the connection. */
export interface Sender {
  /** Whether it has to wait for more than its turn. */
  readonly mustWait: boolean;
  /** Whether the hub has ended it. */
  readonly hasBeenEnded: boolean;
}

/** What the intake does for waiting input. */
export interface Later<From extends Sender> {
  enqueue(connection: From, worker: Worker): void;
  handle(connection: From, data: Buffer): void;
  /** Nothing is waiting. */
  emptied(connection: From): void;
  /** The waiting input cannot be handled, and is discarded. */
  failed(connection: From): void;
}

/**
 * Input of a client that is not handled yet: the rest of a chunk that was read before the pause, so it is bounded by
 * the size of a chunk.
 */
export class PendingInput<From extends Sender> implements Worker {
  /** Set if all of it arrived before the connection ended: then it is handled all the same. */
  outlivesEnd = false;
  private readonly messages = new PackedMessages();
  private isQueued = false;

  constructor(
    private readonly connection: From,
    private readonly later: Later<From>,
  ) {}

  add(data: Buffer): void {
    this.messages.add(data);
    this.wake();
  }

  /** Call it when something has changed that the client was waiting for. */
  wake(): void {
    if (this.isQueued || this.connection.mustWait) return;
    this.isQueued = true;
    this.later.enqueue(this.connection, this);
  }

  /** Handles one message. Does nothing while the client has to wait, or when the hub has ended it. */
  work(): boolean {
    const { connection, later } = this;
    if (!connection.mustWait && !this.isDone) later.handle(connection, this.messages.take());
    this.isQueued = false;
    if (this.isDone) later.emptied(connection);
    // Into the lane where the client belongs now.
    else this.wake();
    return false;
  }

  failed(): void {
    this.later.failed(this.connection);
  }

  private get isDone(): boolean {
    return this.isDropped || this.messages.isEmpty;
  }

  private get isDropped(): boolean {
    return this.connection.hasBeenEnded && !this.outlivesEnd;
  }
}
