import { CLOSE, reconnectAdvice } from '@ws-hub/protocol';
import type { HubEvents } from '../events.js';
import type { Guard } from '../guard.js';
import type { Connection } from './connection.js';
import { drain, drainSpreadMs } from './drain.js';

/**
 * Minimum time over which clients spread their return when the log has lost its place. The spread is a millisecond per
 * client, and at least this.
 */
const LEAST_SPREAD_MS = 1_000;

/** All connections, oldest first. */
export class Connections {
  private readonly open = new Set<Connection>();
  private readonly dialects = new Map<string, number>();
  private emptied: (() => void) | undefined;

  constructor(
    private readonly events: HubEvents,
    private readonly guard: Guard,
  ) {}

  get all(): ReadonlySet<Connection> {
    return this.open;
  }

  get sizeByDialect(): ReadonlyMap<string, number> {
    return this.dialects;
  }

  add(connection: Connection): void {
    this.open.add(connection);
    this.count(connection, 1);
  }

  remove(connection: Connection): void {
    if (this.open.delete(connection)) this.count(connection, -1);
    if (this.open.size === 0) this.emptied?.();
  }

  /** A name stays after its last connection has left: there are few names, and the metric goes to 0. */
  private count({ encoder }: Connection, change: number): void {
    this.dialects.set(encoder.name, (this.dialects.get(encoder.name) ?? 0) + change);
  }

  /**
   * Closes all connections (1012, the clients reconnect later). Resolves when the last one has ended, or at the
   * timeout.
   *
   * @param flush writes everything that waits
   */
  async drain(flush: () => void, timeoutMs: number): Promise<void> {
    const { open: connections } = this;
    if (connections.size === 0) return;
    this.events.draining(connections.size, drainSpreadMs(connections.size, timeoutMs));
    const emptied = new Promise<void>((resolve) => {
      this.emptied = resolve;
    });
    await drain({ connections, flush }, timeoutMs, emptied);
  }

  /** The log has lost its place. Clients with a cursor resume from it, and are told that there is a gap. */
  sendBack(): void {
    const reason = reconnectAdvice(Math.max(LEAST_SPREAD_MS, this.open.size));
    for (const connection of this.open) {
      if (connection.encoder.position === undefined) continue;
      this.guard.run('lost place', () => connection.close(CLOSE.serviceRestart, reason));
    }
  }
}
