import { CLOSE } from '@ws-hub/protocol';
import type { Connection } from '../connection/connection.js';
import type { HubEvents } from '../events.js';
import type { Guard } from '../guard.js';
import type { Clock } from '../time/clock.js';
import type { Access } from './access.js';

const TICK_MS = 500;
const SECOND_MS = 1_000;
/**
 * Tokens that were issued together expire together, so only this many connections are closed per turn of the event
 * loop.
 */
const CLOSED_AT_ONCE = 200;

/** Closes connections whose token has expired without renewal, with one timer for all. */
export class Expiries {
  /** By the second of the monotonic clock in which they end. */
  private readonly due = new Map<number, Set<Connection>>();
  private timer: NodeJS.Timeout | undefined;

  /** @param graceMs how long a connection outlives its token */
  constructor(
    private readonly graceMs: number,
    private readonly clock: Clock,
    private readonly events: HubEvents,
    private readonly guard: Guard,
  ) {}

  /** Call it again after the token is renewed. */
  watch(connection: Connection): void {
    this.forget(connection);
    const expiresAtMs = connection.access?.expiresAtMs;
    if (expiresAtMs === undefined) return;
    const leftMs = expiresAtMs + this.graceMs - this.clock.unixMs();
    const second = Math.ceil((this.clock.monotonicMs() + leftMs) / SECOND_MS);
    const others = this.due.get(second);
    if (others === undefined) this.due.set(second, new Set([connection]));
    else others.add(connection);
    connection.endsAtSecond = second;
    this.timer ??= setInterval(() => this.sweep(), TICK_MS).unref();
  }

  isOver({ expiresAtMs = Number.POSITIVE_INFINITY }: Access): boolean {
    return this.clock.unixMs() >= expiresAtMs + this.graceMs;
  }

  forget(connection: Connection): void {
    const { endsAtSecond: second } = connection;
    if (second === undefined) return;
    connection.endsAtSecond = undefined;
    const others = this.due.get(second);
    others?.delete(connection);
    if (others?.size === 0) this.due.delete(second);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private sweep(): void {
    const nowSecond = this.clock.monotonicMs() / SECOND_MS;
    let left = CLOSED_AT_ONCE;
    for (const [second, connections] of this.due) {
      if (second > nowSecond) continue;
      for (const connection of connections) {
        if (left-- === 0) {
          setImmediate(() => this.sweep());
          return;
        }
        this.end(connection);
      }
    }
    if (this.due.size === 0) this.stop();
  }

  private end(connection: Connection): void {
    this.forget(connection);
    this.guard.run('expiry', () => {
      this.events.expired(connection);
      connection.close(CLOSE.credentialsExpired, 'credentials expired');
    });
  }
}
