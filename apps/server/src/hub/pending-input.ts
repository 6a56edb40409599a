import type { Connection } from './connection.js';
import type { Worker } from './work-queue.js';

/** What the intake does for input that waits. */
export interface Later {
  enqueue(connection: Connection, worker: Worker): void;
  handle(connection: Connection, data: Buffer): void;
  /** Nothing waits any more. */
  emptied(connection: Connection): void;
}

/**
 * What a client sent that is not handled yet: the rest of a chunk that was read before reading was paused, so it is
 * bounded by the size of a chunk.
 */
export class PendingInput implements Worker {
  /** Set where all of it came before the end of the connection: then it is handled all the same. */
  outlivesEnd = false;
  private readonly messages: Buffer[] = [];
  private at = 0;
  private isQueued = false;

  constructor(
    private readonly connection: Connection,
    private readonly later: Later,
  ) {}

  add(data: Buffer): void {
    this.messages.push(data);
    this.wake();
  }

  /** To be called when something has changed that the client was waiting for. */
  wake(): void {
    if (this.isQueued || this.connection.isHeld) return;
    this.isQueued = true;
    this.later.enqueue(this.connection, this);
  }

  /** Handles one message; nothing while the client has to wait for something else, or when the hub has ended it. */
  work(): boolean {
    const { connection, later } = this;
    this.isQueued = false;
    if (connection.isHeld) return false;
    const data = this.isDropped ? undefined : this.messages[this.at++];
    if (data !== undefined) later.handle(connection, data);
    if (this.isDropped || this.at === this.messages.length) later.emptied(connection);
    // Into the lane where the client belongs from now on.
    else this.wake();
    return false;
  }

  private get isDropped(): boolean {
    return this.connection.hasBeenEnded && !this.outlivesEnd;
  }
}
