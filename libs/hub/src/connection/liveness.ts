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
  /** Of what waited for it, the bytes that the kernel has taken so far. */
  readonly takenBytes: number;
  /** Nothing is read from it at the moment. */
  readonly isPaused: boolean;
  probe(): void;
  close(code: number, reason: string): void;
  terminate(): void;
}

/** what liveness remembers of a connection; due times are whole monotonic milliseconds, which take no memory of their own. */
class Pulse {
  seenBytes = 0;
  seenTakenBytes = 0;
  /** Since when an answer is waited for. */
  waitsSinceMs: number | undefined;
  /** When the ping went out that no pong has answered yet. */
  pingSentAtMs: number | undefined;

  constructor(public pingDueAtMs: number) {}
}

/**
 * The ping sweep (RFC 6455, section 5.5.2): finds peers that are gone without a word, such as half-open TCP.
 *
 * One timer for all connections. Any byte that arrives counts as life, so a busy client is never asked to prove it
 * by a pong that stands behind its own messages; and so does any byte that leaves after it had to wait.
 */
export class Liveness {
  private readonly watched = new Map<Pinged, Pulse>();
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
    this.watched.set(connection, new Pulse(this.nextPingMs(this.nowMs())));
  }

  /** To be called when a pong has come. */
  answered(connection: Pinged): void {
    const pulse = this.watched.get(connection);
    if (pulse?.pingSentAtMs === undefined) return;
    this.events.pingAnswered(this.clock.monotonicMs() - pulse.pingSentAtMs);
    pulse.pingSentAtMs = undefined;
  }

  forget(connection: Pinged): void {
    const pulse = this.watched.get(connection);
    if (pulse !== undefined) this.countBytes(connection, pulse);
    this.watched.delete(connection);
  }

  /** One look at every connection. What fails for one is its end, and not that of the sweep. */
  sweep(): void {
    const nowMs = this.nowMs();
    for (const [connection, pulse] of this.watched) {
      try {
        this.check(connection, pulse, nowMs);
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

  private check(connection: Pinged, pulse: Pulse, nowMs: number): void {
    this.countBytes(connection, pulse);
    noticeTaken(connection, pulse);
    // Its pongs are not read while it is paused, so the time to answer begins anew when that ends.
    if (connection.isPaused && pulse.waitsSinceMs !== undefined) pulse.waitsSinceMs = nowMs;
    const { waitsSinceMs } = pulse;
    if (waitsSinceMs !== undefined && nowMs - waitsSinceMs >= this.options.pingTimeoutMs)
      connection.terminate();
    else if (nowMs >= pulse.pingDueAtMs) this.ping(connection, pulse, nowMs);
  }

  private countBytes({ bytesRead }: Pinged, pulse: Pulse): void {
    if (bytesRead === pulse.seenBytes) return;
    this.counters.receivedBytes += bytesRead - pulse.seenBytes;
    pulse.seenBytes = bytesRead;
    pulse.waitsSinceMs = undefined;
  }

  private ping(connection: Pinged, pulse: Pulse, nowMs: number): void {
    pulse.waitsSinceMs ??= nowMs;
    pulse.pingSentAtMs = this.clock.monotonicMs();
    pulse.pingDueAtMs = this.nextPingMs(nowMs);
    connection.probe();
  }

  /** Spread, so that connections that came in one moment are not asked in one moment for ever. */
  private nextPingMs(nowMs: number): number {
    return Math.round(nowMs + this.options.pingIntervalMs * (1 - JITTER + 2 * JITTER * Math.random()));
  }

  private nowMs(): number {
    return Math.round(this.clock.monotonicMs());
  }
}

/** A peer that takes what it is sent is alive, however far behind all of that its pong may stand. */
function noticeTaken({ takenBytes }: Pinged, pulse: Pulse): void {
  if (takenBytes > pulse.seenTakenBytes) pulse.waitsSinceMs = undefined;
  pulse.seenTakenBytes = takenBytes;
}
