import { CLOSE } from '@ws-hub/protocol';
import type { FlowControl } from '../backpressure/flow-control.js';
import { type Lane, WorkBudget } from '../backpressure/work-budget.js';
import type { Worker } from '../backpressure/work-queue.js';
import type { Connection } from '../connection/connection.js';
import type { Clock } from '../time/clock.js';
import { type Later, PendingInput } from './pending-input.js';

/**
 * Receives the input of clients, each client's in order, and decides when it is handled: immediately, or in a later
 * turn of the event loop if this one is used up or the client has to wait. In the meantime reading from the client is
 * paused, so that TCP slows it down. Nothing is dropped, and no client is closed for sending too fast.
 */
export class Intake implements Later<Connection> {
  constructor(
    private readonly budget: WorkBudget,
    private readonly flow: FlowControl,
    private readonly clock: Clock,
  ) {}

  receive(connection: Connection, data: Buffer, isBinary: boolean): void {
    if (connection.hasBeenEnded) return;
    const nowMs = this.clock.monotonicMs();
    if (isBinary) this.refuse(connection);
    else if (connection.pendingInput !== undefined) this.addTo(connection.pendingInput, connection, data);
    else if (connection.mustWait || !this.budget.isFree(this.laneOf(connection, nowMs), nowMs))
      this.postpone(connection, data);
    else this.handleAt(nowMs, connection, data);
  }

  handle(connection: Connection, data: Buffer): void {
    this.handleAt(this.clock.monotonicMs(), connection, data);
  }

  enqueue(connection: Connection, worker: Worker): void {
    this.budget.enqueue(this.laneOf(connection, this.clock.monotonicMs()), worker);
  }

  emptied(connection: Connection): void {
    connection.pendingInput = undefined;
    connection.resume('work');
  }

  failed(connection: Connection): void {
    connection.pendingInput = undefined;
    connection.close(CLOSE.internalError, 'internal error');
  }

  /** An error is charged like all other work, and caught by the caller: at the socket, or in the work budget. */
  private handleAt(startMs: number, connection: Connection, data: Buffer): void {
    const { account } = connection;
    let endMs = startMs;
    this.budget.open(startMs);
    try {
      connection.receiver?.receive(connection, data);
    } finally {
      endMs = this.clock.monotonicMs();
      this.budget.settle(account, endMs);
    }
    this.flow.count(connection, data.length, endMs);
  }

  /** A thousand clients that reconnect at once send their hellos at once. Connected clients must not wait behind them. */
  private laneOf({ identity, account }: Connection, nowMs: number): Lane {
    return identity === undefined ? 'door' : this.budget.laneOf(account, nowMs);
  }

  /** One message may wait without a pause: pausing and resuming costs more than most messages. */
  private addTo(pending: PendingInput<Connection>, connection: Connection, data: Buffer): void {
    connection.pause('work');
    pending.add(data);
  }

  private postpone(connection: Connection, data: Buffer): void {
    connection.pendingInput = new PendingInput(connection, this);
    connection.pendingInput.add(data);
  }

  /** No dialect has binary messages. Earlier input is still handled. */
  private refuse(connection: Connection): void {
    if (connection.pendingInput !== undefined) connection.pendingInput.outlivesEnd = true;
    connection.close(CLOSE.unsupportedData, 'only text messages are allowed');
  }
}
