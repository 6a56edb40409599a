import { Injectable } from '@nestjs/common';
import { CLOSE } from '@ws-hub/protocol';
import type { Connection } from './connection.js';
import { FlowControl } from './flow-control.js';
import { Guard } from './guard.js';
import { type Later, PendingInput } from './pending-input.js';
import { WorkBudget } from './work-budget.js';
import type { Worker } from './work-queue.js';

/**
 * Takes what clients send, in the order in which each of them sent it, and decides when it is handled: at once, or in a
 * coming turn of the event loop if this one has done enough, or if the client has to wait. Meanwhile nothing more is
 * read from it, so that TCP slows it down. Nothing is dropped, and nobody is closed for being eager.
 */
@Injectable()
export class Intake implements Later<Connection> {
  constructor(
    private readonly budget: WorkBudget,
    private readonly flow: FlowControl,
    private readonly guard: Guard,
  ) {}

  receive(connection: Connection, data: Buffer, isBinary: boolean): void {
    if (connection.hasBeenEnded) return;
    if (isBinary) this.refuse(connection);
    else if (connection.pendingInput !== undefined) connection.pendingInput.add(data);
    else if (connection.isHeld || !this.budget.isFree(this.budget.laneOf(connection.account)))
      this.postpone(connection, data);
    else this.handle(connection, data);
  }

  handle(connection: Connection, data: Buffer): void {
    const { account } = connection;
    this.guard.run(
      'message',
      () => this.budget.charge(account, () => connection.receiver?.receive(connection, data)),
      () => connection.close(CLOSE.internalError, 'internal error'),
    );
    this.flow.count(connection, data.length);
  }

  enqueue(connection: Connection, worker: Worker): void {
    this.budget.enqueue(this.budget.laneOf(connection.account), worker);
  }

  emptied(connection: Connection): void {
    connection.pendingInput = undefined;
    connection.resume('work');
  }

  private postpone(connection: Connection, data: Buffer): void {
    connection.pause('work');
    connection.pendingInput = new PendingInput(connection, this);
    connection.pendingInput.add(data);
  }

  /** No dialect has binary messages. What came before it counts. */
  private refuse(connection: Connection): void {
    if (connection.pendingInput !== undefined) connection.pendingInput.outlivesEnd = true;
    connection.close(CLOSE.unsupportedData, 'only text messages are allowed');
  }
}
