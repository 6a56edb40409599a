import { Inject, Injectable, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { CLOSE } from '@ws-hub/protocol';
import { SERVER_CONFIG, type ServerConfig } from '../config/server.config.js';
import { Clock } from '../time/clock.js';
import { Guard } from './guard.js';
import { HubMetrics } from './hub-metrics.js';

const MAX_SWEEP_MS = 1_000;
const SWEEPS_PER_TIMEOUT = 10;
const JITTER = 0.2;

/** What liveness needs of a connection, and what it remembers there. */
export interface Pinged {
  /** Bytes received so far, frames of all kinds included. */
  readonly bytesRead: number;
  seenBytes: number;
  /** Of what waited for it, the bytes that the kernel has taken so far. */
  readonly takenBytes: number;
  seenTakenBytes: number;
  pingDueAtMs: number;
  /** Since when an answer is waited for. */
  pingedAtMs: number | undefined;
  /** When the ping went out that no pong has answered yet. */
  pingSentAtMs: number | undefined;
  /** Nothing is read from it at the moment. */
  readonly isPaused: boolean;
  ping(): void;
  close(code: number, reason: string): void;
  terminate(): void;
}

/**
 * The ping sweep (RFC 6455, section 5.5.2): finds peers that are gone without a word, such as half-open TCP.
 *
 * One timer for all connections. Any byte that arrives counts as life, so a busy client is never asked to prove it
 * by a pong that stands behind its own messages; and so does any byte that leaves after it had to wait.
 */
@Injectable()
export class Liveness implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly watched = new Set<Pinged>();
  private timer?: NodeJS.Timeout;

  constructor(
    @Inject(SERVER_CONFIG) private readonly config: ServerConfig,
    private readonly clock: Clock,
    private readonly metrics: HubMetrics,
    private readonly guard: Guard,
  ) {}

  onApplicationBootstrap(): void {
    const sweepMs = Math.min(MAX_SWEEP_MS, this.config.pingTimeoutMs / SWEEPS_PER_TIMEOUT);
    this.timer = setInterval(() => this.sweep(), sweepMs);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  watch(connection: Pinged): void {
    connection.pingDueAtMs = this.nextPingMs(this.clock.monotonicMs());
    this.watched.add(connection);
  }

  /** To be called when a pong has come. */
  answered(connection: Pinged): void {
    if (connection.pingSentAtMs === undefined) return;
    this.metrics.pingRoundTrip.observe((this.clock.monotonicMs() - connection.pingSentAtMs) / 1_000);
    connection.pingSentAtMs = undefined;
  }

  forget(connection: Pinged): void {
    this.countBytes(connection);
    this.watched.delete(connection);
  }

  /** One look at every connection. What fails for one is its end, and not that of the sweep. */
  sweep(): void {
    const nowMs = this.clock.monotonicMs();
    for (const connection of this.watched) {
      try {
        this.check(connection, nowMs);
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

  private check(connection: Pinged, nowMs: number): void {
    this.countBytes(connection);
    this.noticeTaken(connection);
    // Its pongs are not read while it is paused, so the time to answer begins anew when that ends.
    if (connection.isPaused && connection.pingedAtMs !== undefined) connection.pingedAtMs = nowMs;
    const { pingedAtMs } = connection;
    if (pingedAtMs !== undefined && nowMs - pingedAtMs >= this.config.pingTimeoutMs) connection.terminate();
    else if (nowMs >= connection.pingDueAtMs) this.ping(connection, nowMs);
  }

  private countBytes(connection: Pinged): void {
    const { bytesRead } = connection;
    if (bytesRead === connection.seenBytes) return;
    this.metrics.receivedBytes += bytesRead - connection.seenBytes;
    connection.seenBytes = bytesRead;
    connection.pingedAtMs = undefined;
  }

  /** A peer that takes what it is sent is alive, however far behind all of that its pong may stand. */
  private noticeTaken(connection: Pinged): void {
    const { takenBytes } = connection;
    if (takenBytes > connection.seenTakenBytes) connection.pingedAtMs = undefined;
    connection.seenTakenBytes = takenBytes;
  }

  private ping(connection: Pinged, nowMs: number): void {
    connection.pingedAtMs ??= nowMs;
    connection.pingSentAtMs = nowMs;
    connection.pingDueAtMs = this.nextPingMs(nowMs);
    connection.ping();
  }

  /** Spread, so that connections that came in one moment are not asked in one moment for ever. */
  private nextPingMs(nowMs: number): number {
    return nowMs + this.config.pingIntervalMs * (1 - JITTER + 2 * JITTER * Math.random());
  }
}
