import { setImmediate as nextTurn } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { connectToNats } from './connect.js';
import type { JetStreamOptions } from './options.js';

/** A log's connection to NATS. It reconnects by itself; if it was closed permanently, a new one is created. */
export class NatsLink {
  private connection: NatsConnection | undefined;
  private isThere = false;
  private hasEnded = false;

  /** @param onChange called whenever the connection is lost or restored */
  constructor(
    private readonly options: JetStreamOptions,
    private readonly onChange: (isConnected: boolean) => void,
  ) {}

  get isConnected(): boolean {
    return this.isThere;
  }

  /** @throws Error if no server answers; LogStartError if the configuration can never work */
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
    // NATS's client stops listening to its socket, so an error of the last write would end the process.
    await nextTurn();
    await this.connection?.close();
  }

  private changed(isConnected: boolean): void {
    this.isThere = isConnected;
    this.onChange(isConnected);
  }
}
