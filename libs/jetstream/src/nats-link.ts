import { setImmediate as nextTurn } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { connectToNats } from './connect.js';
import type { JetStreamOptions } from './options.js';

/** A log's connection to NATS, which comes back by itself; one that was closed for good is made anew. */
export class NatsLink {
  private connection: NatsConnection | undefined;
  private isThere = false;
  private hasEnded = false;

  /** @param onChange told whenever the connection is lost or there again */
  constructor(
    private readonly options: JetStreamOptions,
    private readonly onChange: (isConnected: boolean) => void,
  ) {}

  get isConnected(): boolean {
    return this.isThere;
  }

  /** @throws Error if no server answers; LogStartError if it can never work as it is configured */
  async connect(): Promise<NatsConnection> {
    if (this.connection === undefined || this.connection.isClosed()) {
      this.connection = await connectToNats(this.options, (isConnected) => this.changed(isConnected));
      this.isThere = true;
      if (this.hasEnded) await this.connection.close();
    }
    if (!this.isThere) throw new Error('no NATS server answers');
    return this.connection;
  }

  async end(): Promise<void> {
    this.hasEnded = true;
    // NATS's client stops listening to its socket, so the error of a write just before would end the process.
    await nextTurn();
    await this.connection?.close();
  }

  private changed(isConnected: boolean): void {
    this.isThere = isConnected;
    this.onChange(isConnected);
  }
}
