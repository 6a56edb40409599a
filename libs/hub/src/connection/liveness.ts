import { CLOSE } from '@ws-hub/protocol';
import type { HubCounters, HubEvents } from '../events.js';
import type { Guard } from '../guard.js';
import type { HubOptions } from '../hub-options.js';
import type { Clock } from '../time/clock.js';

const MAX_SWEEP_MS = 1_000;
const SWEEPS_PER_TIMEOUT = 10;
const JITTER = 0.2;

/** What liveness needs of a connection. */
export interface Pinged {
  /** Bytes received so far, of all kinds. */
  readonly bytesRead: number;
  /** How many of the waiting bytes the kernel has accepted so far. */
  readonly takenBytes: number;
  /** Whether it answers pings. If not, only the bytes that it accepts show that it is alive. */
  readonly answersProbes: boolean;
  /** Reading from it is paused. */
  readonly isPaused: boolean;
  probe(): void;
  close(code: number, reason: string): void;
  terminate(): void;
}

/**
 * What liveness remembers of a connection. Due times are whole monotonic milliseconds, which need no memory of their
 * own.
 */
class Signs {
  seenBytes = 0;
  seenTakenBytes = 0;
  /** Since when it waits for an answer. */
  waitsSinceMs: number | undefined;
  /** When the last unanswered ping was sent. */
  pingSentAtMs: number | undefined;

  constructor(public pingDueAtMs: number) {}
}

/**
 * The ping sweep (RFC 6455, section 5.5.2): finds peers that disappeared silently, such as half-open TCP connections.
 *
 * One timer for all connections. Any received byte counts as a sign of life, so a busy client need not prove it with a
 * pong that waits behind its own messages. So does any byte that leaves after it had to wait.
 */
export class Liveness {
  private readonly watched = new Map<Pinged, Signs>();
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly options: Pick<HubOptions, 'pingIntervalMs' | 'pingTimeoutMs'>,
    private readonly clock: Clock,
    private readonly counters: HubCounters,
    private readonly events: HubEvents,
    private readonly guard: Guard,
  ) {}

  start(): void {
    const sweepMs = Math.min(MAX_SWEEP_MS, this.options.pingTimeoutMs / SWEEPS_PER_TIMEOUT);
    this.timer = setInterval(() => this.sweep(), sweepMs);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  watch(connection: Pinged): void {
    this.watched.set(connection, new Signs(this.nextPingMs(this.nowMs())));
  }

  /** Call it when a pong has arrived. */
  answered(connection: Pinged): void {
    const signs = this.watched.get(connection);
    if (signs?.pingSentAtMs === undefined) return;
    this.events.pingAnswered(this.clock.monotonicMs() - signs.pingSentAtMs);
    signs.pingSentAtMs = undefined;
  }

  forget(connection: Pinged): void {
    const signs = this.watched.get(connection);
    if (signs !== undefined) this.countBytes(connection, signs);
    this.watched.delete(connection);
  }

  /** Checks every connection. A failure ends the connection that caused it, not the sweep. */
  sweep(): void {
    const nowMs = this.nowMs();
    for (const [connection, signs] of this.watched) {
      try {
        this.check(connection, signs, nowMs);
      } catch (error) {
        this.guard.failed('ping', error);
        this.guard.run('ping, ending it', () => this.end(connection));
      }
    }
  }

  private end(connection: Pinged): void {
    this.watched.delete(connection);
    connection.close(CLOSE.internalError, 'internal error');
  }

  private check(connection: Pinged, signs: Signs, nowMs: number): void {
    this.countBytes(connection, signs);
    noticeTaken(connection, signs);
    // Its pongs are not read while it is paused, so the time to answer restarts after the pause.
    if (connection.isPaused && signs.waitsSinceMs !== undefined) signs.waitsSinceMs = nowMs;
    const { waitsSinceMs } = signs;
    if (waitsSinceMs !== undefined && nowMs - waitsSinceMs >= this.options.pingTimeoutMs)
      connection.terminate();
    else if (nowMs >= signs.pingDueAtMs) this.ping(connection, signs, nowMs);
  }

  private countBytes({ bytesRead }: Pinged, signs: Signs): void {
    if (bytesRead === signs.seenBytes) return;
    this.counters.receivedBytes += bytesRead - signs.seenBytes;
    signs.seenBytes = bytesRead;
    signs.waitsSinceMs = undefined;
  }

  private ping(connection: Pinged, signs: Signs, nowMs: number): void {
    signs.pingDueAtMs = this.nextPingMs(nowMs);
    if (connection.answersProbes) {
      signs.waitsSinceMs ??= nowMs;
      signs.pingSentAtMs = this.clock.monotonicMs();
    }
    connection.probe();
  }

  /** Spread, so that connections that were opened together are not pinged together forever. */
  private nextPingMs(nowMs: number): number {
    return Math.round(nowMs + this.options.pingIntervalMs * (1 - JITTER + 2 * JITTER * Math.random()));
  }

  private nowMs(): number {
    return Math.round(this.clock.monotonicMs());
  }
}

/** A peer that accepts what it is sent is alive, however far behind all of that its pong may be. */
function noticeTaken({ takenBytes }: Pinged, signs: Signs): void {
  if (takenBytes > signs.seenTakenBytes) signs.waitsSinceMs = undefined;
  signs.seenTakenBytes = takenBytes;
}
