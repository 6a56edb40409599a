import { Inject, Injectable, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { SERVER_CONFIG, type ServerConfig } from '../config/server.config.js';
import { Clock } from './clock.js';

const MAX_SWEEP_MS = 1_000;
const SWEEPS_PER_TIMEOUT = 10;
const JITTER = 0.2;

/** What liveness needs of a connection, and what it remembers there. */
export interface Pinged {
  /** Bytes received so far, frames of all kinds included. */
  readonly bytesRead: number;
  seenBytes: number;
  pingDueAtMs: number;
  pingedAtMs: number | undefined;
  ping(): void;
  terminate(): void;
}

/**
 * The ping sweep (RFC 6455, section 5.5.2): finds peers that are gone without a word, such as half-open TCP.
 *
 * One timer for all connections. Any byte that arrives counts as life, so a busy client is never asked to prove it
 * by a pong that stands behind its own messages.
 */
@Injectable()
export class Liveness implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly watched = new Set<Pinged>();
  private timer?: NodeJS.Timeout;

  constructor(
    @Inject(SERVER_CONFIG) private readonly config: ServerConfig,
    private readonly clock: Clock,
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

  forget(connection: Pinged): void {
    this.watched.delete(connection);
  }

  /** One look at every connection. */
  sweep(): void {
    const nowMs = this.clock.monotonicMs();
    for (const connection of this.watched) this.check(connection, nowMs);
  }

  private check(connection: Pinged, nowMs: number): void {
    const { bytesRead } = connection;
    if (bytesRead !== connection.seenBytes) {
      connection.seenBytes = bytesRead;
      connection.pingedAtMs = undefined;
    }
    if (connection.pingedAtMs !== undefined) {
      if (nowMs - connection.pingedAtMs >= this.config.pingTimeoutMs) connection.terminate();
    } else if (nowMs >= connection.pingDueAtMs) {
      connection.pingedAtMs = nowMs;
      connection.pingDueAtMs = this.nextPingMs(nowMs);
      connection.ping();
    }
  }

  /** Spread, so that connections that came in one moment are not asked in one moment for ever. */
  private nextPingMs(nowMs: number): number {
    return nowMs + this.config.pingIntervalMs * (1 - JITTER + 2 * JITTER * Math.random());
  }
}
